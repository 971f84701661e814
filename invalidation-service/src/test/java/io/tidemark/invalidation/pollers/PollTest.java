package io.tidemark.invalidation.pollers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contracts.Target;
import io.tidemark.invalidation.pollers.Poll.Answer;
import io.tidemark.invalidation.pollers.Poll.Outcome;
import io.tidemark.invalidation.pollers.Poll.UnusableAnswerException;
import io.tidemark.invalidation.pollers.PollersProperties.Kind;
import io.tidemark.invalidation.pollers.PollersProperties.Poller;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PollTest {
    private static final URI URL = URI.create("http://origin.example/changes");

    @Nested
    class AChangeFeed {
        private final Poll poll = new Poll(
                "p", poller(Kind.CHANGES, List.of(Map.of("tag", "product:{id}")), List.of(Map.of("all", "true"))));

        @Test
        void isAskedFromTheCursorOn() {
            assertThat(poll.url(null)).isEqualTo(URL);
            assertThat(poll.url("a b&c")).hasToString(URL + "?since=a+b%26c");
        }

        @Test
        void purgesWhatEachChangeNamesOnceAndGoesOn() {
            assertThat(poll.outcome("c1", ok("{\"changes\":[{\"id\":1},{\"id\":2},{\"id\":1}],\"next\":\"c4\"}")))
                    .isEqualTo(new Outcome(
                            List.of(List.of(Target.tag("product:1"), Target.tag("product:2"))), "c4", true));
        }

        @Test
        void restsWhenNothingChanged() {
            assertThat(poll.outcome("c4", ok("{\"changes\":[],\"next\":\"c4\"}")))
                    .isEqualTo(new Outcome(List.of(), "c4", false));
        }

        @Test
        void beginsAtTheCursorThatItIsGivenAndPurgesNothingThen() {
            assertThat(poll.outcome(null, ok("{\"changes\":[{\"id\":1}],\"next\":\"c1\"}"))
                            .purges())
                    .isEmpty();
        }

        @Test
        void thatDoesNotReachBackPurgesWhatMayHaveChanged() {
            assertThat(poll.outcome("old", new Answer(410, Optional.empty(), "{\"next\":\"c9\"}")))
                    .isEqualTo(new Outcome(List.of(List.of(Target.all())), "c9", true));
        }

        @Test
        void thatDoesNotSayWhereToGoOnIsAskedAnewBeforeEverythingIsPurged() {
            for (String body : List.of("", "<html>gone", "{}", "{\"next\":null}")) {
                Answer gone = new Answer(410, Optional.empty(), body);
                assertThat(poll.isLost("old", gone)).as(body).isTrue();
                assertThat(poll.isLost(null, gone)).as("a first question").isFalse();
            }
            assertThat(poll.isLost("old", new Answer(410, Optional.empty(), "{\"next\":\"c9\"}")))
                    .isFalse();
            assertThat(poll.isLost("old", new Answer(404, Optional.empty(), "")))
                    .isFalse();
            assertThat(poll.anew(ok("{\"changes\":[{\"id\":1}],\"next\":\"c1\"}")))
                    .isEqualTo(new Outcome(List.of(List.of(Target.all())), "c1", true));
        }

        @Test
        void ofManyChangesMakesPurgesOfAThousandTargets() {
            String changes =
                    IntStream.range(0, 2500).mapToObj(i -> "{\"id\":" + i + "}").collect(Collectors.joining(","));
            assertThat(poll.outcome("c", ok("{\"changes\":[" + changes + "],\"next\":\"d\"}"))
                            .purges())
                    .extracting(List::size)
                    .containsExactly(1000, 1000, 500);
        }

        @Test
        void thatAnswersSomethingElseMovesNothing() {
            for (Answer bad : List.of(
                    new Answer(503, Optional.empty(), ""),
                    ok("<html>"),
                    ok("{}"),
                    ok("{\"changes\":{},\"next\":\"x\"}"),
                    ok("{\"changes\":[]}"),
                    ok("{\"changes\":[{}],\"next\":\"x\"}"))) {
                assertThatThrownBy(() -> poll.outcome("c", bad)).isInstanceOf(UnusableAnswerException.class);
            }
        }
    }

    @Nested
    class AVersion {
        private final Poll poll = new Poll("p", poller(Kind.VERSION, List.of(Map.of("prefix", "/api/")), List.of()));

        @Test
        void purgesWhenItIsAnotherOne() {
            assertThat(version(null, "\"1\"")).isEqualTo(new Outcome(List.of(), "\"1\"", false));
            assertThat(version("\"1\"", "\"1\"").purges()).isEmpty();
            assertThat(version("\"1\"", "\"2\"").purges())
                    .containsExactly(List.of(new Target(Target.Kind.PREFIX, "/api/")));
        }

        @Test
        void thatIsAWholePageIsRememberedByItsDigest() {
            String page = "x".repeat(300);
            Outcome first = poll.outcome(null, ok(page));
            assertThat(first.cursor()).startsWith("sha-256:").hasSize(72);
            assertThat(poll.outcome(first.cursor(), ok(page)).purges()).isEmpty();
            assertThat(poll.outcome(first.cursor(), ok(page + 'y')).purges()).hasSize(1);
        }

        private Outcome version(@Nullable String known, String etag) {
            return poll.outcome(known, new Answer(200, Optional.of(etag), "whatever"));
        }
    }

    @Test
    void waitsLongerAfterEachFailureWithinTheLimit() {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        assertThat(backoff.delay(0, random)).isEqualTo(Duration.ofSeconds(1));
        for (int failures = 1; failures < 100; failures++) {
            Duration full = Duration.ofSeconds(Math.min(10, 1L << Math.min(failures, 10)));
            assertThat(backoff.delay(failures, random)).isBetween(full.dividedBy(2), full);
        }
    }

    private static Answer ok(String body) {
        return new Answer(200, Optional.empty(), body);
    }

    private static Poller poller(Kind kind, List<Map<String, String>> targets, List<Map<String, String>> whenLost) {
        Duration second = Duration.ofSeconds(1);
        return new Poller(kind, URL, second, second, second, targets, whenLost, "/changes", "/next", null);
    }
}
