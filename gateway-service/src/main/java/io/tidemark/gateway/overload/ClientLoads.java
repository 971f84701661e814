package io.tidemark.gateway.overload;

import java.util.concurrent.ConcurrentHashMap;

/** What each client has under way. Thread-safe; one entry for each client that has something. */
final class ClientLoads {
    /** What a client has too much of. */
    enum Excess {
        NONE,
        REQUESTS,
        UPLOADS
    }

    private record Load(int requests, int uploads) {
        static final Load NOTHING = new Load(0, 0);

        Load and(boolean uploads) {
            return new Load(requests + 1, this.uploads + (uploads ? 1 : 0));
        }

        Load without(boolean uploads) {
            return new Load(requests - 1, this.uploads - (uploads ? 1 : 0));
        }
    }

    private final int maxRequests;
    private final int maxUploads;
    private final ConcurrentHashMap<Object, Load> loads = new ConcurrentHashMap<>();

    ClientLoads(int maxRequests, int maxUploads) {
        this.maxRequests = maxRequests;
        this.maxUploads = maxUploads;
    }

    /** Counts one more, which is to be {@linkplain #leave counted out}, unless it is too much. */
    Excess enter(Object client, boolean uploads) {
        while (true) {
            Load before = loads.get(client);
            Load after = (before == null ? Load.NOTHING : before).and(uploads);
            Excess excess = excessOf(after);
            if (excess != Excess.NONE) {
                return excess;
            }
            if (before == null ? loads.putIfAbsent(client, after) == null : loads.replace(client, before, after)) {
                return Excess.NONE;
            }
        }
    }

    private Excess excessOf(Load load) {
        if (load.requests > maxRequests) {
            return Excess.REQUESTS;
        }
        return load.uploads > maxUploads ? Excess.UPLOADS : Excess.NONE;
    }

    void leave(Object client, boolean uploads) {
        loads.computeIfPresent(client, (_, before) -> {
            Load after = before.without(uploads);
            return after.requests == 0 ? null : after;
        });
    }

    /** How many clients have something under way. */
    int clients() {
        return loads.size();
    }
}
