package io.tidemark.writequeue.types;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class WriteTypesTest {
    @Test
    void aMemberThatATypeDoesNotHaveIsNamedWithTheOneThatWasMeant() {
        Binder configured = new Binder(new MapConfigurationPropertySource(Map.of(
                "tidemark.writes.types.[a.b].path", "/x",
                "tidemark.writes.types.[a.b].ordering-key", "k",
                "tidemark.writes.types.[a.b].purge[0].tag", "t")));
        assertThatThrownBy(() -> WriteTypes.refuseUnknown(configured))
                .hasMessageContaining("tidemark.writes.types.a.b.purge")
                .hasMessageContaining("purges");
    }
}
