package io.tidemark.gateway.purge;

import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.PurgeSubject;
import java.util.List;

/**
 * What one target covers, for one question at a time; the {@link PurgeLedger} answers for many targets at once. Whatever
 * cannot be understood covers everything.
 */
public sealed interface Cover {
    /** Whether the target covers the stored response. */
    boolean covers(PurgeSubject subject);

    /** Reads a target. Never fails: one without a usable host or path covers everything. */
    static Cover of(Target target) {
        return switch (target.kind()) {
            case TAG -> new Tag(target.value());
            case HOST -> new Host(Reach.host(target.value()));
            case ALL -> new Everything();
            case URL -> Reach.of(target.value()).<Cover>map(Url::new).orElseGet(Everything::new);
            case PREFIX -> Reach.of(target.value()).<Cover>map(Prefix::new).orElseGet(Everything::new);
            case PATTERN ->
                Reach.of(target.value())
                        .<Cover>map(reach -> new Pattern(reach.host(), new PathPattern(reach.rest())))
                        .orElseGet(Everything::new);
        };
    }

    record Tag(String tag) implements Cover {
        @Override
        public boolean covers(PurgeSubject subject) {
            return subject.tags().contains(tag);
        }
    }

    record Host(String host) implements Cover {
        @Override
        public boolean covers(PurgeSubject subject) {
            return subject.hosts().contains(host);
        }
    }

    record Everything() implements Cover {
        @Override
        public boolean covers(PurgeSubject subject) {
            return true;
        }
    }

    /** Without a question mark any query of the path, with one that query only. */
    record Url(Reach reach) implements Cover {
        @Override
        public boolean covers(PurgeSubject subject) {
            return isAt(reach.host(), subject.hosts())
                    && (reach.rest().equals(pathOf(subject)) || reach.rest().equals(pathAndQueryOf(subject)));
        }
    }

    record Prefix(Reach reach) implements Cover {
        @Override
        public boolean covers(PurgeSubject subject) {
            return isAt(reach.host(), subject.hosts())
                    && pathAndQueryOf(subject).startsWith(reach.rest());
        }
    }

    record Pattern(String host, PathPattern pattern) implements Cover {
        @Override
        public boolean covers(PurgeSubject subject) {
            return isAt(host, subject.hosts()) && pattern.matches(pathOf(subject), queryOf(subject));
        }
    }

    private static boolean isAt(String host, List<String> hosts) {
        return host.isEmpty() || hosts.contains(host);
    }

    static String pathOf(PurgeSubject subject) {
        return Reach.normal(subject.path());
    }

    static String queryOf(PurgeSubject subject) {
        String query = subject.query();
        return query == null ? "" : Reach.normal(query);
    }

    /** The path, a question mark, the query if there is one: the form in which {@code /a?} is the bare path. */
    static String pathAndQueryOf(PurgeSubject subject) {
        return pathOf(subject) + '?' + queryOf(subject);
    }
}
