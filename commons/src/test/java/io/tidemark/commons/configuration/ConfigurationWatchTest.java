package io.tidemark.commons.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class ConfigurationWatchTest {
    private static final String FIRST = """
        shop:
          limits: { requests: 5, patience: 1s }
          secret: first-of-two
        port: 8080
        """;

    @TempDir
    Path directory;

    private Path file;
    private Part limits;
    private Part secrets;
    private ConfigurationWatch watch;
    private final StandardEnvironment environment = new StandardEnvironment();

    record Limits(
            @DefaultValue("1") int requests,
            @DefaultValue("2s") Duration patience) {
        Limits {
            if (requests < 1) {
                throw new IllegalArgumentException("shop.limits.requests must be at least 1: " + requests);
            }
        }
    }

    /** Binds one property, and has what is in force. */
    private static final class Part implements Reloadable {
        private final String property;
        private final Bindable<?> type;
        Object inForce = "nothing";
        int prepared;

        Part(String property, Bindable<?> type) {
            this.property = property;
            this.type = type;
        }

        @Override
        public Set<String> properties() {
            return Set.of(property);
        }

        @Override
        public Runnable prepare(Candidate candidate) {
            prepared++;
            Object bound = candidate.bind(property, type);
            if ("refused".equals(bound)) {
                throw new IllegalStateException("not this one: " + bound);
            }
            return () -> inForce = bound;
        }
    }

    @BeforeEach
    void start() throws IOException {
        file = directory.resolve("shop.yml");
        Files.writeString(file, FIRST);
        limits = new Part("shop.limits", Bindable.of(Limits.class));
        secrets = new Part("shop.secret", Bindable.of(String.class));
        watch = started(directory);
    }

    private ConfigurationWatch started(Path from) {
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("test", Map.of("tidemark.configuration.from", from.toString())));
        new FileSettingsPostProcessor().postProcessEnvironment(environment, new SpringApplication());
        return new ConfigurationWatch(
                new WatchProperties(List.of(from), Duration.ofSeconds(2)),
                environment,
                () -> List.of(limits, secrets),
                () -> Instant.EPOCH);
    }

    private void looks() {
        watch.look();
        watch.look();
    }

    private ConfigurationStanding.Refused refused() {
        return Objects.requireNonNull(watch.standing().refused());
    }

    private void isAsBefore(String version) {
        assertThat(watch.version()).isEqualTo(version);
        assertThat(limits.inForce).isEqualTo("nothing");
        assertThat(secrets.inForce).isEqualTo("nothing");
        assertThat(environment.getProperty("shop.secret")).isEqualTo("first-of-two");
    }

    @Test
    void what_files_say_counts_at_the_start_and_after_a_change() throws IOException {
        assertThat(environment.getProperty("shop.limits.requests")).isEqualTo("5");
        String before = Objects.requireNonNull(watch.version());

        Files.writeString(file, FIRST.replace("requests: 5", "requests: 7"));
        looks();

        assertThat(limits.inForce).isEqualTo(new Limits(7, Duration.ofSeconds(1)));
        assertThat(environment.getProperty("shop.limits.requests")).isEqualTo("7");
        assertThat(watch.version()).isNotEqualTo(before).hasSize(12);
        assertThat(watch.standing().changes()).isEqualTo(1);
        assertThat(watch.standing().changeable()).containsExactly("shop.limits", "shop.secret");
        assertThat(secrets.prepared).as("a part that it does not concern").isZero();
    }

    @Test
    void equal_files_have_one_version_wherever_they_lie() throws IOException {
        Path other = Files.createDirectory(directory.resolve("other"));
        Files.writeString(other.resolve("shop.yml"), FIRST);

        assertThat(FileContents.read(List.of(other)).version()).isEqualTo(watch.version());
        assertThat(watch.version())
                .doesNotContain(FileContents.read(List.of(other)).digest().substring(0, 12));
    }

    @Test
    void a_file_that_is_being_written_is_waited_for() throws IOException {
        String after = FIRST.replace("requests: 5", "requests: 7").replace("first-of-two", "second-of-two");
        for (int length = 10; length < after.length(); length += 10) { // each half is other YAML, some of it valid
            Files.writeString(file, after.substring(0, length));
            watch.look();
        }
        assertThat(watch.standing().refused()).isNull();
        assertThat(limits.inForce).isEqualTo("nothing");

        Files.writeString(file, after);
        looks();

        assertThat(limits.inForce).isEqualTo(new Limits(7, Duration.ofSeconds(1)));
        assertThat(secrets.inForce).isEqualTo("second-of-two");
    }

    @Test
    void a_file_beside_it_that_is_renamed_in_the_end_is_not_looked_at() throws IOException {
        Path beside = directory.resolve(".shop.yml.tmp");
        Files.writeString(beside, "shop: { limits: { requests: 9");
        looks();
        assertThat(watch.standing().refused()).isNull();

        Files.writeString(beside, FIRST.replace("requests: 5", "requests: 9"));
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        looks();

        assertThat(limits.inForce).isEqualTo(new Limits(9, Duration.ofSeconds(1)));
    }

    /** As a cluster mounts a ConfigMap: files are links into {@code ..data}, a link that is swapped. */
    @Test
    void a_mount_whose_link_is_swapped_is_seen() throws IOException {
        Path mount = Files.createDirectory(directory.resolve("mount"));
        Files.writeString(Files.createDirectory(mount.resolve("..1")).resolve("shop.yml"), FIRST);
        Files.writeString(Files.createDirectory(mount.resolve("..2")).resolve("shop.yml"), FIRST.replace("5", "6"));
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..1"));
        Files.createSymbolicLink(mount.resolve("shop.yml"), Path.of("..data/shop.yml"));
        environment.getPropertySources().remove(FileSettings.NAME);
        watch = started(mount);
        looks();
        assertThat(limits.inForce).isEqualTo("nothing");

        Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of("..2"));
        Files.move(mount.resolve("..data_tmp"), mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        looks();

        assertThat(limits.inForce).isEqualTo(new Limits(6, Duration.ofSeconds(1)));
    }

    @Nested
    class A_change_is_refused_as_a_whole {
        private String before;

        @BeforeEach
        void remember() {
            before = Objects.requireNonNull(watch.version());
        }

        private void refuses(String text, @Nullable String property, String place, String reason) throws IOException {
            Files.writeString(file, text);
            looks();

            isAsBefore(before);
            assertThat(refused().property()).isEqualTo(property);
            assertThat(refused().place()).isEqualTo(file + place);
            assertThat(refused().reason()).contains(reason);
            assertThat(new ConfigurationHealth(watch).health().getStatus().getCode())
                    .isEqualTo("REFUSED");
        }

        @Test
        void if_a_value_is_none() throws IOException {
            refuses(
                    FIRST.replace("requests: 5", "requests: many").replace("first-of", "second-of"),
                    "shop.limits.requests",
                    ":2",
                    "is no int");
            assertThat(refused().reason()).doesNotContain("many");
        }

        @Test
        void if_a_value_is_out_of_its_bounds() throws IOException {
            refuses(FIRST.replace("requests: 5", "requests: 0"), "shop.limits.requests", ":2", "at least 1");
        }

        @Test
        void if_a_later_part_does_not_take_it() throws IOException {
            refuses(
                    FIRST.replace("requests: 5", "requests: 7").replace("first-of-two", "refused"),
                    "shop.secret",
                    ":3",
                    "is not valid");
            assertThat(limits.prepared).isEqualTo(1);
        }

        @Test
        void if_there_is_no_such_property() throws IOException {
            refuses(FIRST.replace("requests: 5", "request: 5"), "shop.limits.request", ":2", "no such property");
        }

        @Test
        void if_something_cannot_change_while_the_service_runs() throws IOException {
            refuses(
                    FIRST.replace("8080", "8081").replace("requests: 5", "requests: 7"),
                    "port",
                    ":4",
                    "cannot change while the service runs");
        }

        @Test
        void if_it_is_no_yaml_and_no_line_of_it_is_shown() throws IOException {
            refuses(FIRST.replace("secret: first-of-two", "secret: [hidden"), null, ":4", "is no YAML");
            assertThat(refused().reason()).doesNotContain("hidden");
        }

        @Test
        void if_a_file_says_what_another_one_says() throws IOException {
            Path second = directory.resolve("special.yaml");
            Files.writeString(second, "shop.limits.requests: 7");
            looks();

            isAsBefore(before);
            assertThat(refused().place()).isEqualTo(second + ":1");
            assertThat(refused().reason()).contains("said twice").contains(file + ":2");
        }

        @Test
        void if_its_file_is_gone_or_empty() throws IOException {
            Files.delete(file);
            looks();
            isAsBefore(before);
            assertThat(refused().reason()).contains("there is no .yml");

            Files.writeString(file, "");
            looks();
            isAsBefore(before);
            assertThat(refused().reason()).isEqualTo("is empty");
        }

        @Test
        void until_the_files_are_right_again() throws IOException {
            refuses(FIRST.replace("requests: 5", "requests: 0"), "shop.limits.requests", ":2", "at least 1");
            int prepared = limits.prepared;
            looks();
            assertThat(limits.prepared).as("tried once").isEqualTo(prepared);

            Files.writeString(file, FIRST);
            looks();

            isAsBefore(before);
            assertThat(watch.standing().refused()).isNull();
        }
    }

    @Test
    void a_file_that_is_wrong_ends_the_start() throws IOException {
        Files.writeString(file, "spring.profiles.active: local");
        environment.getPropertySources().remove(FileSettings.NAME);

        assertThatThrownBy(() -> started(directory))
                .isInstanceOf(ConfigurationFault.class)
                .hasMessageContaining(file + ":1")
                .hasMessageContaining("spring.profiles.active");
    }
}
