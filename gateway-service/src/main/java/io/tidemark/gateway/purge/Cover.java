package io.tidemark.gateway.purge;

import io.tidemark.contracts.Place;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.PurgeSubject;
import java.util.List;

/**
 * What one target covers, for one question at a time; the {@link PurgeLedger} answers for many targets at once. Nothing but
 * {@link Everything} covers everything.
 */
public sealed interface Cover {
    /** Whether the target covers the stored response. */
    boolean covers(PurgeSubject subject);

    /** What the target covers. */
    static Cover of(Target target) {
        return switch (target.kind()) {
            case TAG -> new Tag(target.value());
            case HOST ->
                Place.host(target.value().strip()).<Cover>map(Host::new).orElseGet(Nothing::new);
            case ALL -> new Everything();
            case URL -> new Url(Reach.of(target));
            case PREFIX -> new Prefix(Reach.of(target));
            case PATTERN -> {
                Reach reach = Reach.of(target);
                yield new Pattern(reach.host(), new PathPattern(reach.rest()));
            }
            case GROUP -> new Group(target.value());
            case SUBJECT -> new Tag(PurgeSubject.tagOf(target.value()));
            case INVALID -> new Nothing();
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

    /**
     * A cache group of one origin.
     *
     * @param name the host that was asked for, the host that answers for it, the group, separated by spaces
     */
    record Group(String name) implements Cover {
        @Override
        public boolean covers(PurgeSubject subject) {
            return subject.tags().stream().anyMatch(tag -> nameOf(subject, tag).equals(name));
        }

        /** The name of the group that a response with this tag belongs to. */
        static String nameOf(PurgeSubject subject, String tag) {
            List<String> hosts = subject.hosts();
            return hosts.isEmpty() ? "" : hosts.getFirst() + ' ' + hosts.getLast() + ' ' + tag;
        }

        /** The group as responses carry it. */
        public String tag() {
            return name.split(" ", 3)[2];
        }
    }

    record Nothing() implements Cover {
        @Override
        public boolean covers(PurgeSubject subject) {
            return false;
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
        return query == null ? "" : Reach.normalQuery(query);
    }

    /** The path, a question mark, the query if there is one: the form in which {@code /a?} is the bare path. */
    static String pathAndQueryOf(PurgeSubject subject) {
        return pathOf(subject) + '?' + queryOf(subject);
    }
}
