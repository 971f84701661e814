package io.tidemark.gateway.purge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {
    @ParameterizedTest(name = "{0} matches {1}: {2}")
    @CsvSource({
        "/a/*, /a/b, true",
        "/a/*, /a/, true",
        "/a/*, /a/b/c, false",
        "/a/**, /a/b/c, true",
        "/a/**, /a/, true",
        "/a/**, /a, false",
        "/a/*/c, /a/b/c, true",
        "/a/*/c, /a/b/b/c, false",
        "/a/**/c, /a/b/b/c, true",
        "/**.css, /x/y/z.css, true",
        "/*.css, /x/y.css, false",
        "/a*b*c, /aXbYc, true",
        "/a*b*c, /acb, false",
        "/a.c, /abc, false",
        "/***, /a/b, true",
        "/a, /a, true",
        "/a, /ab, false",
    })
    void wildcards(String pattern, String path, boolean matches) {
        assertThat(new PathPattern(pattern).matches(path, "")).isEqualTo(matches);
    }

    @Test
    void a_hostile_pattern_costs_no_more_than_its_length_times_the_paths() {
        PathPattern hostile = new PathPattern("/" + "*a**".repeat(500) + "b");
        String path = "/" + "a".repeat(2000);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(hostile.matches(path, "")).isFalse());
    }
}
