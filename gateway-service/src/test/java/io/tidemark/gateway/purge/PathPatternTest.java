package io.tidemark.gateway.purge;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.PurgeVerdict;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
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

    @Test
    void manyHostilePatternsOfOneHostCostAnEventLoopLittle() {
        PatternMarks marks = new PatternMarks();
        for (int i = 0; i < 500; i++) {
            Target hostile = new Target(Target.Kind.PATTERN, "https://mine.example/" + "*a".repeat(900) + i);
            marks.add((Cover.Pattern) Cover.of(hostile), i, true, i, _ -> {});
        }
        PurgeSubject subject = new PurgeSubject(List.of("mine.example"), "/" + "a".repeat(60_000), null, Set.of());
        PurgeSubject longest = new PurgeSubject(List.of("mine.example"), "/" + "a".repeat(2_040), null, Set.of());
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            assertThat(marks.markOf(longest, -1, -1)).isEqualTo(Mark.UNMARKED);
            assertThat(marks.markOf(subject, -1, -1))
                    .as("too long to be looked at")
                    .isEqualTo(Mark.at(499, true));
        });
    }

    @Test
    void matchesAsTheRegularExpressionWould() {
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            String pattern = "/" + text(random, "ab/**", random.nextInt(round % 100 == 0 ? 150 : 8));
            String path = "/" + text(random, "ab/", random.nextInt(round % 100 == 0 ? 150 : 10));
            String expression =
                    pattern.replaceAll("\\*\\*+", "(.|)").replace("*", "[^/]*").replace("(.|)", ".*");
            assertThat(new PathPattern(pattern).matches(path, ""))
                    .as("%s, %s", pattern, path)
                    .isEqualTo(path.matches(expression));
        }
    }

    private static String text(Random random, String of, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(of.charAt(random.nextInt(of.length())));
        }
        return text.toString();
    }

    @Test
    void aPathTooLongToBeLookedAtIsCoveredByWhatItsBeginningMayMatch() {
        String path = "/a/" + "x".repeat(5000);
        assertThat(new PathPattern("/a/*").matches(path, "")).isTrue();
        assertThat(new PathPattern("/a/*y").matches(path, ""))
                .as("purged once too often")
                .isTrue();
        assertThat(new PathPattern("/b/*").matches(path, "")).isFalse();
        assertThat(new PathPattern("/a/x").matches(path, "")).isFalse();
    }

    @Test
    void aHostThatHasTooManyPatternsIsCoveredForTheOlderOnes() {
        PurgeBook book = new PurgeBook("epoch");
        for (int i = 0; i <= PatternMarks.MOST_OF_ONE_HOST; i++) {
            book.add(new Target(Target.Kind.PATTERN, "https://mine.example/" + i + "/*"), i, true, i);
        }
        book.add(new Target(Target.Kind.PATTERN, "https://other.example/0/*"), 251, true, 251);
        assertThat(book.patterns()).isEqualTo(PatternMarks.MOST_OF_ONE_HOST / 2 + 2);
        PurgeSubject mine = new PurgeSubject(List.of("mine.example"), "/never", null, Set.of());
        PurgeSubject theirs = new PurgeSubject(List.of("other.example"), "/never", null, Set.of());
        assertThat(book.verdict(mine, 100, -1))
                .as("filled before what was forgotten")
                .isEqualTo(PurgeVerdict.ABSENT);
        assertThat(book.verdict(mine, 130, -1)).isEqualTo(PurgeVerdict.VALID);
        assertThat(book.verdict(theirs, 0, -1)).isEqualTo(PurgeVerdict.VALID);
    }
}
