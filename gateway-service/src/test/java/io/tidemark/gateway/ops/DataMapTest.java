package io.tidemark.gateway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.tidemark.contracts.Topics;
import io.tidemark.gateway.cache.CachePolicy;
import io.tidemark.gateway.cache.PolicySettings;
import io.tidemark.gateway.origin.OriginTimeouts;
import io.tidemark.gateway.policy.RoutePolicy;
import io.tidemark.gateway.policy.WhenCutOff;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The data map names each place that data lie in; whoever adds one adds its lines. */
class DataMapTest {
    /** What one calls to put something where it stays. */
    private static final Set<String> KEEPING = Set.of(
            "com.github.benmanes.caffeine.cache.Cache",
            "io.tidemark.commons.kafka.LivingProducer",
            "io.tidemark.commons.purgelog.PurgeLog",
            "io.tidemark.gateway.redis.RedisCalls",
            "io.tidemark.gateway.redis.RedisConnection",
            "io.tidemark.gateway.store.RedisLink",
            "io.tidemark.state.redis.StateRedis",
            "java.io.FileOutputStream",
            "java.nio.file.Files");

    private static List<DataMap.Line> lines() {
        RoutePolicy policy = new RoutePolicy(
                new CachePolicy(PolicySettings.standard()),
                OriginTimeouts.DEFAULT,
                WhenCutOff.REVALIDATE,
                Duration.ofSeconds(1),
                null);
        return DataMap.of(new DataMap.Facts(
                "eu",
                true,
                true,
                true,
                true,
                List.of("us"),
                "k1",
                Duration.ofMinutes(30),
                Duration.ofHours(12),
                Duration.ofMinutes(5),
                "eu",
                "sampled",
                true,
                List.of(
                        new DataMap.Route("a", "/a/**", policy, "home, pass", List.of("remove /x"), false),
                        new DataMap.Route("w", "/w/**", null, null, List.of(), true))));
    }

    @Test
    void eachStoreHasALine() {
        List<String> named = lines().stream().map(DataMap.Line::store).toList();
        assertThat(named)
                .containsAll(Stream.of(DataStore.values()).map(DataStore::place).toList());
        assertThat(lines())
                .allSatisfy(line -> assertThat(List.of(
                                line.data(), line.route(), line.store(), line.region(), line.kept(), line.key()))
                        .allMatch(text -> !text.isBlank()));
    }

    @Test
    void eachTopicIsAStore() throws IllegalAccessException {
        for (Field topic : Topics.class.getFields()) {
            assertThat(Stream.of(DataStore.values()).map(DataStore::place))
                    .as("a line of the data map for the topic")
                    .contains("Kafka, " + topic.get(null));
        }
    }

    @Test
    void whoeverKeepsSomethingIsKnown() {
        JavaClasses all = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("/test-classes/"))
                .importPackages("io.tidemark.gateway", "io.tidemark.state");
        Set<String> keeping = new TreeSet<>();
        for (JavaClass user : all) {
            String name = user.getName().replaceAll("\\$.*", "").replaceAll(".*\\.", "");
            boolean keeps = user.getDirectDependenciesFromSelf().stream()
                    .map(Dependency::getTargetClass)
                    .map(target -> target.getBaseComponentType().getName().replaceAll("\\$.*", ""))
                    .anyMatch(KEEPING::contains);
            if (keeps && !name.endsWith("Configuration") && !name.endsWith("Lifecycle")) {
                keeping.add(name);
            }
        }
        Set<String> known = new TreeSet<>(DataStore.WRITERS);
        known.addAll(DataStore.KEEP_NOTHING);
        assertThat(keeping)
                .as("name it in DataStore, and what it keeps in DataMap")
                .isEqualTo(known);
    }

    @Test
    void aRouteSaysItsRegionAndItsRules() {
        assertThat(DataMap.markdown(lines()))
                .contains(
                        "| answers of /a/** | a | memory of each gateway | eu only, residency: home, pass |",
                        "remove /x |");
    }
}
