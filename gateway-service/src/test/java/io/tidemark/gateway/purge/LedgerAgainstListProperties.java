package io.tidemark.gateway.purge;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.PurgeVerdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The ledger's maps and memos answer as a plain list of all purges would, tried one by one. */
class LedgerAgainstListProperties {
    /** One step: a purge, or questions about every subject. */
    record Step(List<Target> targets, boolean hard, boolean ask) {}

    @Property(tries = 500)
    void the_ledger_answers_like_a_list_of_all_purges(
            @ForAll("steps") List<Step> steps, @ForAll("subjects") List<PurgeSubject> subjects) {
        PurgeLedger ledger = new PurgeLedger("e", PurgeLedger.Limits.DEFAULT);
        List<Purge> list = new ArrayList<>();
        List<PurgeMemo[]> memos = new ArrayList<>();
        subjects.forEach(_ -> memos.add(new PurgeMemo[steps.size() + 1]));
        for (Step step : steps) {
            if (step.ask) {
                for (int s = 0; s < subjects.size(); s++) {
                    askForEachPosition(ledger, list, subjects.get(s), memos.get(s));
                }
            } else {
                Purge purge = new Purge(
                        "p" + list.size(),
                        "test",
                        step.targets,
                        step.hard ? Purge.Mode.HARD : Purge.Mode.SOFT,
                        null,
                        Instant.EPOCH);
                ledger.apply(purge, list.size(), 0);
                list.add(purge);
            }
        }
    }

    private static void askForEachPosition(
            PurgeLedger ledger, List<Purge> list, PurgeSubject subject, PurgeMemo[] memos) {
        for (int filledAt = -1; filledAt < list.size(); filledAt++) {
            if (memos[filledAt + 1] == null) {
                memos[filledAt + 1] = new PurgeMemo();
            }
            Position position = new Position("e", filledAt);
            PurgeVerdict expected = naive(list, subject, filledAt);
            assertThat(ledger.verdict(subject, position, memos[filledAt + 1])).isEqualTo(expected);
            assertThat(ledger.verdict(subject, position)).isEqualTo(expected);
        }
    }

    private static PurgeVerdict naive(List<Purge> list, PurgeSubject subject, int filledAt) {
        PurgeVerdict verdict = PurgeVerdict.VALID;
        for (int offset = filledAt + 1; offset < list.size(); offset++) {
            Purge purge = list.get(offset);
            if (purge.targets().stream().anyMatch(target -> covers(target, subject))) {
                if (purge.mode() == Purge.Mode.HARD) {
                    return PurgeVerdict.ABSENT;
                }
                verdict = PurgeVerdict.STALE;
            }
        }
        return verdict;
    }

    /** As the contract of targets says it, for the few forms that the generators below make. */
    private static boolean covers(Target target, PurgeSubject subject) {
        String path = subject.path();
        String query = subject.query() == null ? "" : subject.query();
        for (String host : List.of(
                "",
                "https://" + subject.hosts().get(0),
                "https://" + subject.hosts().get(1))) {
            boolean covered = switch (target.kind()) {
                case ALL -> true;
                case TAG -> subject.tags().contains(target.value());
                case GROUP ->
                    subject.tags().stream()
                            .anyMatch(tag -> target.value().equals(String.join(" ", subject.hosts()) + " " + tag));
                case SUBJECT -> subject.tags().contains(PurgeSubject.tagOf(target.value()));
                case INVALID -> false;
                case HOST -> subject.hosts().contains(target.value());
                case URL -> target.value().equals(host + path) || target.value().equals(host + path + "?" + query);
                case PREFIX -> (host + path + "?" + query).startsWith(target.value());
                case PATTERN -> {
                    String regex = target.value()
                            .replace(".", "\\.")
                            .replace("**", "§")
                            .replace("*", "[^/]*")
                            .replace("§", ".*");
                    yield (host + path).matches(regex);
                }
            };
            if (covered) {
                return true;
            }
        }
        return false;
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<String> place = Combinators.combine(
                        Arbitraries.of("", "", "https://a.example", "https://b.example"),
                        Arbitraries.of("/p", "/p/1", "/p/2", "/q/1", "/p/1?", "/p/1?x=1"))
                .as(String::concat);
        Arbitrary<String> pattern = Combinators.combine(
                        Arbitraries.of("", "https://a.example"),
                        Arbitraries.of("/*", "/**", "/p/*", "/*/1", "/**/2", "/q*"))
                .as(String::concat);
        Arbitrary<Target> target = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(8, Arbitraries.of("t1", "t2", "t3").map(Target::tag)),
                net.jqwik.api.Tuple.of(8, place.map(Target::url)),
                net.jqwik.api.Tuple.of(4, place.map(value -> new Target(Target.Kind.PREFIX, value))),
                net.jqwik.api.Tuple.of(4, pattern.map(value -> new Target(Target.Kind.PATTERN, value))),
                net.jqwik.api.Tuple.of(
                        2, Arbitraries.of("a.example", "c.example").map(value -> new Target(Target.Kind.HOST, value))),
                net.jqwik.api.Tuple.of(
                        4,
                        Combinators.combine(
                                        Arbitraries.of("a.example", "b.example", "c.example"),
                                        Arbitraries.of("t1", "t2", "t3"))
                                .as((host, tag) -> Target.group(host, "o.internal", tag))),
                net.jqwik.api.Tuple.of(1, Arbitraries.just(new Target(Target.Kind.INVALID, "url http://."))),
                net.jqwik.api.Tuple.of(1, Arbitraries.just(Target.all())));
        return Combinators.combine(
                        target.list().ofMinSize(1).ofMaxSize(3),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false, false))
                .as(Step::new)
                .list()
                .ofMaxSize(30);
    }

    @Provide
    Arbitrary<List<PurgeSubject>> subjects() {
        return Combinators.combine(
                        Arbitraries.of(List.of("a.example", "o.internal"), List.of("b.example", "o.internal")),
                        Arbitraries.of("/p", "/p/1", "/p/2", "/q/1"),
                        Arbitraries.of("x=1", "y=1", "").injectNull(0.3),
                        Arbitraries.of("t1", "t2", "t3").set().ofMaxSize(2))
                .as((hosts, path, query, tags) -> new PurgeSubject(hosts, path, query, Set.copyOf(tags)))
                .list()
                .ofSize(4);
    }
}
