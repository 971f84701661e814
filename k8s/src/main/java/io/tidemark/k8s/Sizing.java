package io.tidemark.k8s;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What sites need: memory, Redis, Kafka, calls to the origin. Costs are those that were measured ({@code docs/sizing.md} says
 * where); what is asked for how often is a model: items by Zipf with exponent 1, least recently used ones evicted (Che's
 * approximation), purges spread evenly over the items.
 */
public final class Sizing {
    private static final double MICRO = 1e-6;
    private static final double DAY = 86_400;

    // --- measured, docs/performance.md and docs/sizing.md -----------------------------------------------------------

    /** A response in a gateway's memory beside its body: fields, path, tags, objects. */
    static final double LOCAL_BESIDE = 604;

    /** A response in Redis: body, head and what the allocator rounds up to (of 1 KiB and of 100 KiB). */
    static final double REDIS_TIMES = 1.115;

    static final double REDIS_BESIDE = 600;

    /** For each of its tags, and its path: the index by which it is erased. */
    static final double REDIS_TAG = 180;

    /** Processor time of a hit: of 1 KiB, and for each byte beyond. */
    static final double HIT_MICROS = 12.5;

    static final double HIT_MICROS_PER_BYTE = (30.5 - 12.5) / (99 * 1024);
    static final double REDIS_HIT_MICROS = 173;
    static final double MISS_MICROS = 175;

    /** A record of the purge log, with one target. */
    static final double PURGE_BYTES = 280;

    /** A heartbeat, and how many a gateway sends in a second: at rest, and at most while purges come. */
    static final double HEARTBEAT_BYTES = 540;

    static final double HEARTBEATS_AT_REST = 2;
    static final double HEARTBEATS_AT_MOST = 200;

    /** Of the ledger, a purged target. */
    static final double TARGET_BYTES = 128;

    private static final double PURGES_KEPT_DAYS = 7;
    private static final double WATERMARKS_KEPT_DAYS = 1;
    private static final double REPLICAS = 3;

    private Sizing() {}

    /**
     * What is known.
     *
     * @param sites how many
     * @param gateways of each site
     * @param memory of each gateway's container, bytes
     * @param redis of each site, bytes; what no longer fits is evicted
     * @param items how many there are
     * @param bytes of one
     * @param tags of one
     * @param reads of each site, a second
     * @param writes of all sites together, a second; each purges one tag everywhere
     * @param ttl seconds for which a response is fresh
     */
    record Wishes(
            int sites,
            int gateways,
            double memory,
            double redis,
            double items,
            double bytes,
            int tags,
            double reads,
            double writes,
            double ttl) {}

    /**
     * What follows.
     *
     * @param remembered seconds after which a response counts as purged, because the ledger has forgotten what was purged since
     * @param stored items in a gateway's memory
     * @param shared items in a site's Redis
     * @param redis bytes of a site's Redis that are used
     * @param local share of reads answered from a gateway's memory
     * @param regional share answered from the site's Redis
     * @param processors busy in each gateway
     * @param origin calls a second, of all sites
     * @param network bytes a second that leave each gateway
     * @param brokersIn bytes a second that the brokers take, without replicas
     * @param brokersOut bytes a second that the brokers send
     * @param kept bytes that the brokers keep, with replicas
     */
    record Needs(
            ContainerMemory container,
            double remembered,
            double stored,
            double shared,
            double redis,
            double local,
            double regional,
            double processors,
            double origin,
            double network,
            double brokersIn,
            double brokersOut,
            double kept) {
        double missed() {
            return 1 - local - regional;
        }
    }

    static Needs of(Wishes wishes) {
        ContainerMemory container = ContainerMemory.of((long) wishes.memory());
        double remembered =
                wishes.writes() == 0 ? Double.POSITIVE_INFINITY : container.maxTargets() / 2.0 / wishes.writes();
        double fresh = Math.min(wishes.ttl(), remembered);
        Popularity popularity = new Popularity(wishes.items());
        double purged = wishes.writes() / wishes.items(); // of one item, a second

        double oneLocal = wishes.bytes() + LOCAL_BESIDE;
        double oneShared = wishes.bytes() * REDIS_TIMES + REDIS_BESIDE + REDIS_TAG * (wishes.tags() + 1);
        Popularity.Held local =
                popularity.held(wishes.reads() / wishes.gateways(), container.store() / oneLocal, fresh, purged);
        Popularity.Held shared = popularity.held(wishes.reads(), wishes.redis() / oneShared, fresh, purged);
        double regional = Math.max(0, shared.hits() - local.hits());
        double missed = 1 - local.hits() - regional;

        double perGateway = wishes.reads() / wishes.gateways();
        double bodyMicros = Math.max(0, wishes.bytes() - 1024) * HIT_MICROS_PER_BYTE;
        double processors = perGateway
                * MICRO
                * (local.hits() * HIT_MICROS + regional * REDIS_HIT_MICROS + missed * MISS_MICROS + bodyMicros);
        double fleet = (double) wishes.sites() * wishes.gateways();
        double heartbeats = fleet * Math.max(HEARTBEATS_AT_REST, Math.min(HEARTBEATS_AT_MOST, wishes.writes()));
        double in = wishes.writes() * PURGE_BYTES + heartbeats * HEARTBEAT_BYTES;
        return new Needs(
                container,
                remembered,
                local.items(),
                shared.items(),
                shared.items() * oneShared,
                local.hits(),
                regional,
                processors,
                missed * wishes.reads() * wishes.sites(),
                perGateway * wishes.bytes(),
                in,
                wishes.writes() * PURGE_BYTES * (fleet + 2) + heartbeats * HEARTBEAT_BYTES * 2,
                REPLICAS
                        * DAY
                        * (wishes.writes() * PURGE_BYTES * PURGES_KEPT_DAYS
                                + heartbeats * HEARTBEAT_BYTES * WATERMARKS_KEPT_DAYS));
    }

    /** The answer as a table of Markdown, as the page has it. */
    static String table(Wishes wishes) {
        Needs needs = of(wishes);
        double all = wishes.items() * wishes.bytes();
        ContainerMemory container = needs.container();
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("all items", Size.of(all));
        rows.put(
                "a gateway of " + Size.of(wishes.memory()),
                String.format(
                        Locale.ROOT,
                        "heap %s, of which the local store %s, remembered purges %,d",
                        Size.of((double) container.heap()),
                        Size.of((double) container.store()),
                        container.maxTargets()));
        rows.put(
                "… holds, and answers from memory",
                String.format(Locale.ROOT, "%,.0f items, %.0f %% of reads", needs.stored(), 100 * needs.local()));
        rows.put(
                "… is busy with",
                String.format(
                        Locale.ROOT,
                        "%.2f of a processor, %s/s to clients",
                        needs.processors(),
                        Size.of(needs.network())));
        rows.put(
                "a site's Redis holds, and answers",
                String.format(
                        Locale.ROOT,
                        "%s: %,.0f items, %.0f %% of reads",
                        Size.of(needs.redis()),
                        needs.shared(),
                        100 * needs.regional()));
        rows.put(
                "origin, for all sites",
                String.format(
                        Locale.ROOT,
                        "%,.0f calls/s (%.0f %% of reads), %s/s",
                        needs.origin(),
                        100 * needs.missed(),
                        Size.of(needs.origin() * wishes.bytes())));
        rows.put(
                "brokers",
                "%s/s in, %s/s out; %s kept on three"
                        .formatted(Size.of(needs.brokersIn()), Size.of(needs.brokersOut()), Size.of(needs.kept())));
        rows.put(
                "nothing is kept longer than",
                Double.isInfinite(needs.remembered())
                        ? "its own lifetime"
                        : String.format(
                                Locale.ROOT,
                                "%,.0f min, for purges are not remembered longer",
                                needs.remembered() / 60));
        StringBuilder table = new StringBuilder("| | |\n|---|---|\n");
        rows.forEach((name, value) ->
                table.append("| ").append(name).append(" | ").append(value).append(" |\n"));
        return table.toString();
    }

    /** Arguments: {@code name=value} for whatever is other than in the example. */
    public static void main(String[] arguments) {
        try {
            Wishes wishes = SizingArguments.read(List.of(arguments));
            System.out.println(SizingArguments.said(wishes));
            System.out.print(table(wishes));
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.exit(2);
        }
    }
}
