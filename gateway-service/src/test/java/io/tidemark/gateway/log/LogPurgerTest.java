package io.tidemark.gateway.log;

import static io.tidemark.gateway.cache.PurgeVerdict.ABSENT;
import static io.tidemark.gateway.cache.PurgeVerdict.VALID;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.purge.PendingPurges;
import io.tidemark.gateway.purge.PurgeLedger;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A log that takes nothing, and many purges that wait for it. */
class LogPurgerTest {
    private final PurgeLedger ledger = new PurgeLedger("log", PurgeLedger.Limits.DEFAULT);
    private final LogPurger purger =
            new LogPurger(ledger, (_, _) -> new CompletableFuture<>(), "eu-1", InstantSource.system());
    private final Position before = new Position("log", Position.NOTHING_APPLIED);

    @AfterEach
    void close() {
        purger.close();
    }

    private static PurgeSubject subject(String path) {
        return new PurgeSubject(List.of("shop.example"), path, null, Set.of());
    }

    private CompletableFuture<Position> purge(Target... targets) {
        return purger.purge(List.of(targets), Purge.Mode.HARD, null).toCompletableFuture();
    }

    @Test
    void moreThanCanWaitPurgeWhatTheyCoverAndNothingElse() {
        for (int i = 0; i < LogPurger.MAX_WAITING + 100; i++) {
            var _ = purge(Target.url("https://shop.example/" + i + "?"));
        }
        assertThat(purge(Target.tag("late"))).isCompletedExceptionally();
        for (int i : new int[] {0, LogPurger.MAX_WAITING - 1, LogPurger.MAX_WAITING, LogPurger.MAX_WAITING + 99}) {
            assertThat(ledger.verdict(subject("/" + i), before)).as("%d", i).isEqualTo(ABSENT);
        }
        assertThat(ledger.verdict(subject("/other"), before))
                .as("the rest of the store")
                .isEqualTo(VALID);
    }

    @Test
    void moreTargetsThanAreHeldPurgeWhatTheyCoverAndNothingElse() {
        for (int from = 0; from <= PendingPurges.MAX_TARGETS; from += 500) {
            int first = from;
            var _ = purge(IntStream.range(0, 500)
                    .mapToObj(i -> Target.url("https://shop.example/" + (first + i)))
                    .toArray(Target[]::new));
        }
        assertThat(ledger.verdict(subject("/7"), before)).isEqualTo(ABSENT);
        assertThat(ledger.verdict(subject("/" + PendingPurges.MAX_TARGETS), before))
                .isEqualTo(ABSENT);
        assertThat(ledger.verdict(subject("/other"), before)).isEqualTo(VALID);
    }

    @Test
    void eachKindOfTargetIsFoundAmongManyThatWaitAndForgottenWhenItIsDelivered() {
        List<Target> targets = List.of(
                Target.url("https://shop.example/url"),
                Target.url("https://shop.example/query?a=1"),
                Target.tag("tag"),
                Target.group("shop.example", "origin", "group"),
                new Target(Target.Kind.HOST, "whole.example"),
                new Target(Target.Kind.PREFIX, "https://shop.example/prefix/"),
                new Target(Target.Kind.PATTERN, "https://shop.example/pattern/*/x"));
        List<PurgeSubject> covered = List.of(
                subject("/url"),
                new PurgeSubject(List.of("shop.example"), "/query", "a=1", Set.of()),
                new PurgeSubject(List.of("shop.example"), "/a", null, Set.of("tag")),
                new PurgeSubject(List.of("shop.example", "origin"), "/b", null, Set.of("group")),
                new PurgeSubject(List.of("whole.example"), "/c", null, Set.of()),
                subject("/prefix/d"),
                subject("/pattern/e/x"));
        PendingPurges pending = new PendingPurges();
        for (int i = 0; i < targets.size(); i++) {
            for (String id : new String[] {"one", "two"}) { // expected twice
                pending.add(new Purge(
                        id + i,
                        "eu-1",
                        List.of(targets.get(i)),
                        Purge.Mode.HARD,
                        null,
                        InstantSource.system().instant()));
            }
            for (int j = 0; j < covered.size(); j++) {
                assertThat(pending.cover(covered.get(j))).as("%d by %d", j, i).isEqualTo(i == j);
            }
            pending.remove("one" + i);
            assertThat(pending.cover(covered.get(i))).isTrue();
            pending.remove("two" + i);
            assertThat(pending.cover(covered.get(i))).isFalse();
        }
        assertThat(pending.cover(subject("/query"))).isFalse();
    }
}
