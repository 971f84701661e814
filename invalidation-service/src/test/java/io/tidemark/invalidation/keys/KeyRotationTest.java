package io.tidemark.invalidation.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.KeyHoldings;
import io.tidemark.contracts.KeyHoldings.Counted;
import io.tidemark.contracts.KeyHoldings.Held;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Watermark;
import io.tidemark.invalidation.keys.KeySetStatus.Waiting;
import io.tidemark.invalidation.receipts.GatewayStatus;
import io.tidemark.invalidation.receipts.GatewayStatus.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyRotationTest {
    private static final Instant START = Instant.parse("2026-11-30T12:00:00Z");
    private static final Instant NOW = START.plus(Duration.ofDays(2));
    private static final Duration KEEP = Duration.ofHours(12);

    /** An invalidation service that has no keys. */
    private static final KeyRotation.Holder NONE = new KeyRotation.Holder("here", "", Map.of());

    private static GatewayStatus gateway(String region, String instance, Lease lease, @Nullable KeyHoldings keys) {
        return new GatewayStatus(
                region,
                instance,
                instance,
                Watermark.State.SERVING,
                lease,
                new Position("e", 1),
                0L,
                0,
                null,
                lease == Lease.LIVE ? 200 : 42_000,
                List.of(),
                Watermark.Stats.NONE,
                keys);
    }

    private static GatewayStatus gateway(String instance, Instant since, @Nullable Counted counted, String... names) {
        return gateway(
                "eu",
                instance,
                Lease.LIVE,
                new KeyHoldings(
                        Map.of(KeyHoldings.DATA_KEYS, new Held(List.of(names), names[names.length - 1], since)),
                        KEEP.toMillis(),
                        counted));
    }

    /** That uses its first. */
    private static GatewayStatus rotated(String instance, Instant since, @Nullable Counted counted) {
        return gateway(
                "eu",
                instance,
                Lease.LIVE,
                new KeyHoldings(
                        Map.of(KeyHoldings.DATA_KEYS, new Held(List.of("new", "old"), "new", since)),
                        KEEP.toMillis(),
                        counted));
    }

    private static KeySetStatus status(GatewayStatus... gateways) {
        List<KeySetStatus> sets = KeyRotation.of(List.of(gateways), NONE, NOW);
        assertThat(sets).hasSize(1);
        return sets.getFirst();
    }

    private static KeySetStatus.Key key(KeySetStatus set, String name) {
        return set.keys().stream()
                .filter(key -> key.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aNewKeyWaitsForThoseThatHaveItNotYet() {
        KeySetStatus set = status(gateway("a", START, null, "new", "old"), gateway("b", START, null, "old"));
        assertThat(set.region()).isEqualTo("eu");
        assertThat(set.next()).isEqualTo("new");
        assertThat(set.waitingFor()).containsExactly(new Waiting("b", "eu", "has no key new"));
        assertThat(key(set, "old").because()).isEqualTo("it is used");
        assertThat(key(set, "new")).isEqualTo(new KeySetStatus.Key("new", 1, 0, null, false, "it is to be used"));
    }

    @Test
    void oneThatIsSilentIsWaitedForThoughItHadTheKey() {
        KeyHoldings both =
                new KeyHoldings(Map.of("data-keys", new Held(List.of("new", "old"), "old", START)), 1000, null);
        KeySetStatus set = status(gateway("a", START, null, "new", "old"), gateway("eu", "b", Lease.LEFT_OUT, both));
        assertThat(set.waitingFor()).containsExactly(new Waiting("b", "eu", "was not heard of for 42 s"));
        assertThat(KeyRotation.waitingFor(
                        "data-keys",
                        "new",
                        false,
                        List.of(gateway("a", START, null, "new", "old"), gateway("eu", "b", Lease.LEFT_OUT, both)),
                        NONE,
                        Set.of("b")))
                .as("unless an operator says that it will not come back")
                .isEmpty();
    }

    @Test
    void oneThatNamesAnotherFirstIsWaitedForUnlessItIsAskedFor() {
        GatewayStatus last = gateway("b", START, null, "old", "new");
        GatewayStatus uses = gateway(
                "eu",
                "b",
                Lease.LIVE,
                new KeyHoldings(Map.of("data-keys", new Held(List.of("old", "new"), "old", START)), 1, null));
        KeySetStatus set = status(gateway("a", START, null, "new", "old"), uses);
        assertThat(set.waitingFor()).containsExactly(new Waiting("b", "eu", "has old before new"));
        assertThat(KeyRotation.waitingFor("data-keys", "new", false, List.of(last, uses), NONE, Set.of()))
                .isEmpty();
    }

    @Test
    void anOlderVersionIsWaitedForAndOneWithoutStateIsNot() {
        KeySetStatus set = status(
                gateway("a", START, null, "new", "old"),
                gateway("eu", "b", Lease.LIVE, null),
                gateway("eu", "c", Lease.LIVE, KeyHoldings.NONE));
        assertThat(set.waitingFor())
                .containsExactly(new Waiting("b", "eu", "is of a version that does not say which keys it has"));
    }

    @Test
    void whenAllHaveItNothingIsWaitedForAndWhenAllUseItNothingIsNext() {
        KeySetStatus set = status(gateway("a", START, null, "new", "old"), gateway("b", START, null, "new", "old"));
        assertThat(set.next()).isEqualTo("new");
        assertThat(set.waitingFor()).isEmpty();
        KeySetStatus half = status(rotated("a", START, null), gateway("b", START, null, "new", "old"));
        assertThat(half.next()).as("said again until all do so").isEqualTo("new");
        assertThat(status(rotated("a", START, null), rotated("b", START, null)).next())
                .isNull();
    }

    @Test
    void anOldKeyGoesWhenItsTimeIsOverAndNothingIsLeftUnderIt() {
        Counted some = new Counted(Map.of("new", 5L, "old", 2L), Map.of("s", 7L), NOW);
        Counted none = new Counted(Map.of("new", 7L), Map.of("s", 7L), NOW);
        Counted before = new Counted(Map.of("new", 7L), Map.of("s", 7L), START.minusSeconds(1));
        Instant justNow = NOW.minusSeconds(60);
        record Case(@Nullable Counted counted, Instant since, String because) {}
        for (Case one : List.of(
                new Case(none, justNow, "what was made with it may live until " + justNow.plus(KEEP)),
                new Case(null, START, "what is left under it was not counted yet"),
                new Case(before, START, "what is left under it was not counted yet"),
                new Case(some, START, "2 data keys are left under it"),
                new Case(none, START, ""))) {
            KeySetStatus set = status(rotated("a", one.since, one.counted));
            assertThat(key(set, "old").because()).isEqualTo(one.because);
            assertThat(key(set, "old").removable()).isEqualTo(one.because.isEmpty());
            assertThat(key(set, "new").because()).isEqualTo("it is used");
        }
        assertThat(key(status(rotated("a", START, some), rotated("b", START, none)), "old")
                        .dataKeys())
                .as("two counts at once: one of them")
                .isIn(0L, 2L);
    }

    @Test
    void keysOfAllRegionsWaitForAllRegionsAndThoseOfOneForItsOwn() {
        KeyHoldings eu = new KeyHoldings(
                Map.of(
                        "keys", new Held(List.of("new", "old"), "old", START),
                        "data-keys", new Held(List.of("e2", "e1"), "e1", START)),
                1,
                null);
        KeyHoldings us = new KeyHoldings(
                Map.of(
                        "keys", new Held(List.of("old"), "old", START),
                        "data-keys", new Held(List.of("u1"), "u1", START)),
                1,
                null);
        List<KeySetStatus> sets = KeyRotation.of(
                List.of(gateway("eu", "a", Lease.LIVE, eu), gateway("us", "b", Lease.LIVE, us)), NONE, NOW);
        assertThat(sets).extracting(KeySetStatus::set).containsExactly("keys", "data-keys", "data-keys");
        assertThat(sets.get(0).waitingFor()).containsExactly(new Waiting("b", "us", "has no key new"));
        assertThat(sets.get(1).next()).isEqualTo("e2");
        assertThat(sets.get(1).waitingFor()).isEmpty();
        assertThat(sets.get(2).next()).isNull();
    }

    private static Counted counted(Instant at, Map<String, Map<String, Held>> holders) {
        return new Counted(Map.of("old", 3L), Map.of("s1", 3L), at, holders);
    }

    @Test
    void whoHoldsKeysAndIsNoGatewayIsWaitedForByName() {
        var without = Map.of("queue-1", Map.of("data-keys", new Held(List.of("old"), "old", START)));
        KeySetStatus set = status(
                gateway("a", START, counted(NOW, without), "new", "old"),
                gateway("b", START, counted(START, Map.of()), "new", "old")); // an older count
        assertThat(set.next()).isEqualTo("new");
        assertThat(set.waitingFor()).containsExactly(new Waiting("queue-1", "eu", "has no key new"));
        var with = Map.of("queue-1", Map.of("data-keys", new Held(List.of("old", "new"), "old", START)));
        assertThat(status(gateway("a", START, counted(NOW, with), "new", "old")).waitingFor())
                .as("in whichever place")
                .isEmpty();
        KeySetStatus used = status(rotated("a", START, counted(NOW, with)));
        assertThat(key(used, "old").because()).as("the queue uses it").isEqualTo("it is used");
    }

    @Test
    void anInvalidationServiceThatCannotNameUsersByANewKeyIsWaitedFor() {
        GatewayStatus gateway = gateway(
                "eu",
                "a",
                Lease.LIVE,
                new KeyHoldings(
                        Map.of("subject-keys", new Held(List.of("new", "old"), "old", START)), KEEP.toMillis(), null));
        var lacks = new KeyRotation.Holder("here", "", Map.of("subject-keys", new Held(List.of("old"), "", START)));
        assertThat(KeyRotation.of(List.of(gateway), lacks, NOW).getFirst().waitingFor())
                .containsExactly(new Waiting("here", "", "has no key new"));
        var has =
                new KeyRotation.Holder("here", "", Map.of("subject-keys", new Held(List.of("old", "new"), "", START)));
        assertThat(KeyRotation.of(List.of(gateway), has, NOW).getFirst().waitingFor())
                .isEmpty();
    }
}
