package io.tidemark.writequeue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.unit.DataSize;

/** What an origin answers may be personal: none of it is kept, but where nobody else is. */
class KeptAnswersTest {
    @ParameterizedTest
    @CsvSource({"'', 0", "suite, 0", "local, 2048"})
    void areThereOnlyWhereTheyAreAskedFor(String profile, long bytes) throws IOException {
        List<PropertySource<?>> sources = new ArrayList<>();
        for (String file :
                profile.isEmpty() ? List.of("application") : List.of("application-" + profile, "application")) {
            sources.addAll(new YamlPropertySourceLoader().load(file, new ClassPathResource(file + ".yml")));
        }
        DataSize kept = new Binder(ConfigurationPropertySources.from(sources))
                .bind("tidemark.writes.delivery.kept-answer", DataSize.class)
                .get();
        assertThat(kept).isEqualTo(DataSize.ofBytes(bytes));
    }
}
