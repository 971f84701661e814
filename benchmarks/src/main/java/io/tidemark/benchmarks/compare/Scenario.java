package io.tidemark.benchmarks.compare;

import io.tidemark.benchmarks.compare.Origin.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** One kind of load. Servers take turns within a scenario; what fills the caches with most comes last. */
enum Scenario {
    HIT_1K("one response of 1 KiB, always fresh", Kind.SMALL, 1, Spread.ONE),
    HIT_100_KEYS("100 responses of 1 KiB, evenly", Kind.SMALL, 100, Spread.EVEN),
    HIT_ZIPF("100,000 responses of 1 KiB, by Zipf", Kind.SMALL, 100_000, Spread.ZIPF),
    HIT_100_OF_100K("100 of 100,000 responses of 1 KiB, evenly", Kind.SMALL, 100_000, 100, Spread.EVEN),
    PURGED_1M("100 responses of 1 KiB, evenly, after 1,000,000 purged tags", Kind.SMALL, 100, Spread.EVEN),
    HIT_100K("one response of 100 KiB", Kind.LARGE, 1, Spread.ONE),
    CONDITIONAL("If-None-Match that matches: 304 from the cache", Kind.SMALL, 1, Spread.ONE),
    STALE("100 responses that are stale most of the time, refreshed behind", Kind.SWR, 100, Spread.EVEN),
    HALF_LOAD("one response of 1 KiB, at half of what the slowest server can", Kind.SMALL, 1, Spread.ONE),
    IDLE("one response of 1 KiB, beside 10,000 idle connections", Kind.SMALL, 1, Spread.ONE),
    SHARED_HIT("1,000 responses of 1 KiB that only Redis has", Kind.SMALL, 1_000, Spread.EVEN),
    MISS_0("nothing twice, the origin answers at once", Kind.SMALL, 0, Spread.UNIQUE),
    MISS_20("nothing twice, the origin answers after 20 ms", Kind.SLOW, 0, Spread.UNIQUE);

    private enum Spread {
        ONE,
        EVEN,
        ZIPF,
        UNIQUE
    }

    private final String title;
    private final Kind kind;
    private final int stored;
    private final int keys;
    private final Spread spread;

    Scenario(String title, Kind kind, int keys, Spread spread) {
        this(title, kind, keys, keys, spread);
    }

    /**
     * One kind of load.
     *
     * @param stored how many responses are in the caches
     * @param keys how many of them are asked for
     */
    Scenario(String title, Kind kind, int stored, int keys, Spread spread) {
        this.title = title;
        this.kind = kind;
        this.stored = stored;
        this.keys = keys;
        this.spread = spread;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String title() {
        return title;
    }

    Set<Contender> contenders() {
        return switch (this) {
            case SHARED_HIT -> EnumSet.of(Contender.GATEWAY_SHARED);
            case PURGED_1M ->
                EnumSet.of(Contender.GATEWAY); // nginx as it is has no purges, Varnish's bans are another thing
            case MISS_0, MISS_20 ->
                EnumSet.of(
                        Contender.GATEWAY,
                        Contender.GATEWAY_BEFORE,
                        Contender.BARE_ROUTE,
                        Contender.NGINX,
                        Contender.VARNISH);
            default -> EnumSet.of(Contender.GATEWAY, Contender.GATEWAY_BEFORE, Contender.NGINX, Contender.VARNISH);
        };
    }

    boolean isMiss() {
        return spread == Spread.UNIQUE;
    }

    /** How many tags are purged before. */
    int purges() {
        return this == PURGED_1M ? 1_000_000 : 0;
    }

    int expectedStatus() {
        return this == CONDITIONAL ? 304 : 200;
    }

    /** The paths that are asked for once before the load; none for misses. */
    List<String> paths() {
        List<String> paths = new ArrayList<>();
        for (int key = 0; key < stored; key++) {
            paths.add(path() + (stored == 1 ? "" : Integer.toString(key)));
        }
        return paths;
    }

    private String path() {
        return kind.prefix() + (stored == 1 ? "0" : label() + '/');
    }

    /** What load.lua is told. */
    List<String> arguments(String run, double delayMs) {
        List<String> arguments = new ArrayList<>(List.of("path=" + path()));
        switch (spread) {
            case ONE -> {}
            case EVEN, ZIPF -> {
                arguments.add("keys=" + keys);
                arguments.add("spread=" + spread.name().toLowerCase(Locale.ROOT));
            }
            case UNIQUE -> {
                arguments.add("keys=unique");
                arguments.add("run=" + run);
            }
        }
        if (this == CONDITIONAL) {
            arguments.add("etag=" + Origin.ETAG);
        }
        if (delayMs > 0) {
            arguments.add("delay_ms=" + delayMs);
        }
        return arguments;
    }

    /** The most requests of a hit scenario that may reach the origin, as a share; stale ones are refreshed. */
    double originShareAllowed() {
        return this == STALE ? 0.2 : 0.001;
    }
}
