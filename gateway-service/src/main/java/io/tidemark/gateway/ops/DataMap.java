package io.tidemark.gateway.ops;

import io.tidemark.gateway.cache.PolicySettings;
import io.tidemark.gateway.policy.RoutePolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration has a gateway keep: which data, of which route, where, in which region, for how long, under which key, what is
 * taken out before. Pure.
 */
final class DataMap {
    private static final String ALL = "all";
    private static final String PLAIN = "not encrypted";
    private static final String QUEUED = "not encrypted, or with a data key for each client, as the write's type says";
    private static final String SEALED_SOME =
            "not encrypted; those of tidemark.documents.sealed AES-256-GCM, a data key for each document";
    private static final String TOLD_SEALED =
            "not encrypted; those of tidemark.documents.sealed AES-256-GCM, tidemark.state.subject-keys";
    private static final String PAST = "until it is let go, at most 7 days";

    private final Facts facts;
    private final List<Line> lines = new ArrayList<>();

    /**
     * One row.
     *
     * @param data what it is
     * @param route of which route, {@code all} for what belongs to none
     * @param store where it lies
     * @param region in which region
     * @param kept for how long
     * @param key what it is encrypted with
     * @param redaction what is taken out before it is kept, "" for nothing
     */
    record Line(String data, String route, String store, String region, String kept, String key, String redaction) {}

    /**
     * What is configured.
     *
     * @param writesRegion the region of the write queue, as far as anybody says it
     * @param dataKey the name of the key that seals what is of single users, null for none
     * @param hasDocuments whether clients edit documents together
     * @param documentRegions the other regions that have the same documents
     * @param idle how long a session may go unused
     * @param lifetime how long one lives at most
     * @param hasAnalytics whether a record of each request is sent somewhere
     * @param staleReads how long entries are kept in memory after they were read; zero: not at all
     */
    record Facts(
            String region,
            boolean hasRedis,
            boolean hasLog,
            boolean hasSessions,
            boolean hasDocuments,
            List<String> documentRegions,
            @Nullable String dataKey,
            Duration idle,
            Duration lifetime,
            Duration staleReads,
            String writesRegion,
            String logged,
            boolean hasAnalytics,
            List<Route> routes) {}

    /**
     * A route.
     *
     * @param policy null without a cache
     * @param residency what its filter says, null: nothing
     * @param redaction its rules, in words
     * @param queues whether its writes are queued
     */
    record Route(
            String id,
            String paths,
            @Nullable RoutePolicy policy,
            @Nullable String residency,
            List<String> redaction,
            boolean queues) {}

    private DataMap(Facts facts) {
        this.facts = facts;
    }

    static List<Line> of(Facts facts) {
        DataMap map = new DataMap(facts);
        facts.routes.forEach(map::route);
        map.sessions();
        map.documents();
        map.log();
        map.rest();
        return List.copyOf(map.lines);
    }

    private void add(String data, String route, DataStore store, String region, String kept, String key, String rules) {
        lines.add(new Line(data, route, store.place(), region, kept, key, rules));
    }

    // --- routes ---------------------------------------------------------------------------------------------------

    private void route(Route route) {
        String region = route.residency == null ? facts.region : facts.region + " only, residency: " + route.residency;
        String rules = String.join("; ", route.redaction);
        String log =
                route.residency == null ? "" : "nothing of requests that are at home elsewhere, or nobody knows where";
        add("method and path of " + route.paths, route.id, DataStore.REQUEST_LOG, region, "as the log is", PLAIN, log);
        RoutePolicy policy = route.policy;
        if (policy != null && policy.cache().settings().consistency() != PolicySettings.Consistency.STRONG) {
            answers(route, policy, region, rules);
        }
        if (route.queues) {
            String queue = facts.writesRegion;
            add("writes to " + route.paths, route.id, DataStore.WRITES, queue, "as the topic is kept", QUEUED, "");
            add(
                    "writes that were given up",
                    route.id,
                    DataStore.DEAD_WRITES,
                    queue,
                    "as the topic is kept",
                    QUEUED,
                    "");
            add(
                    "states of writes, waiting ones whole",
                    route.id,
                    DataStore.REDIS_WRITES,
                    queue,
                    "as the write queue says",
                    QUEUED,
                    "");
        }
    }

    private void answers(Route route, RoutePolicy policy, String region, String rules) {
        PolicySettings settings = policy.cache().settings();
        boolean personal = settings.key().isPersonal();
        String data = (personal ? "answers to one user each, of " : "answers of ") + route.paths;
        String kept = kept(settings);
        add(data, route.id, DataStore.MEMORY, region, kept, PLAIN, rules);
        if (facts.hasRedis && (!personal || facts.dataKey != null)) {
            String key = personal ? sealed() : PLAIN;
            add(data, route.id, DataStore.REDIS_RESPONSES, region, kept, key, rules);
            if (!personal) {
                add(
                        "tags of these answers, with names of keys",
                        route.id,
                        DataStore.REDIS_TAGS,
                        region,
                        kept,
                        PLAIN,
                        "");
            }
        }
    }

    private static String kept(PolicySettings settings) {
        Duration personal = settings.key().personalTtl();
        String fresh = settings.overrideTtl() != null
                ? text(settings.overrideTtl())
                : personal != null
                        ? "as the origin says, at most " + text(personal)
                        : "as the origin says"
                                + (settings.defaultTtl() == null ? "" : ", else " + text(settings.defaultTtl()));
        List<String> stale = new ArrayList<>();
        if (settings.staleWhileRevalidate() != null) {
            stale.add("stale for " + text(settings.staleWhileRevalidate()) + " while it is refreshed");
        }
        if (settings.staleIfError() != null) {
            stale.add("for " + text(settings.staleIfError()) + " where the origin fails");
        }
        if (personal == null) {
            stale.add("an hour longer to be validated");
        }
        return stale.isEmpty() ? fresh : fresh + "; " + String.join(", ", stale);
    }

    private static String text(Duration duration) {
        return duration.toString().substring(2).toLowerCase(java.util.Locale.ROOT);
    }

    private String sealed() {
        return "AES-256-GCM, a data key for each user, wrapped by tidemark.state.data-keys (" + facts.dataKey + ')';
    }

    // --- what belongs to no route ---------------------------------------------------------------------------------

    private void sessions() {
        if (facts.hasSessions) {
            String kept = text(facts.idle) + " unused, at most " + text(facts.lifetime)
                    + "; ended ones as tombstones till then";
            String key = sealed();
            add(
                    "a data key for each user, under a keyed hash of the name",
                    ALL,
                    DataStore.REDIS_DATA_KEYS,
                    facts.region,
                    "until the user is erased, or nobody has used it for its lifetime",
                    "AES-256-GCM, tidemark.state.data-keys (" + facts.dataKey + ')',
                    "");
            add(
                    "sessions: entries, checkouts, names of users",
                    ALL,
                    DataStore.REDIS_SESSIONS,
                    facts.region + ", of sessions made here",
                    kept,
                    key,
                    "");
            if (!facts.staleReads.isZero()) {
                add(
                        "entries of sessions, as they were read lately",
                        ALL,
                        DataStore.MEMORY,
                        facts.region + ", of sessions made here",
                        text(facts.staleReads),
                        key,
                        "");
            }
            add("orders of checkouts", ALL, DataStore.WRITES, facts.writesRegion, "as the topic is kept", QUEUED, "");
            add(
                    "which answers are a user's, and when the user was erased, under a keyed hash of the name",
                    ALL,
                    DataStore.REDIS_PERSONS,
                    facts.region,
                    "as long as the answers",
                    PLAIN,
                    "");
        }
    }

    private void documents() {
        if (facts.hasDocuments) {
            add(
                    "documents that are edited together, as clients sent them",
                    ALL,
                    DataStore.REDIS_DOCUMENTS,
                    facts.region,
                    "until they are erased",
                    SEALED_SOME,
                    "");
            if (!facts.documentRegions.isEmpty()) {
                add(
                        "edits of documents, but of those that stay in their region (tidemark.documents.regions.stay)",
                        ALL,
                        DataStore.DOCUMENTS,
                        "all that have them: " + facts.region + ", " + String.join(", ", facts.documentRegions),
                        "as the topic is kept, a day",
                        TOLD_SEALED,
                        "");
            }
            add("those that are open, in part", ALL, DataStore.MEMORY, facts.region, "while they are", PLAIN, "");
        }
    }

    private void log() {
        if (facts.hasLog) {
            String every = "all: gateways of all regions read it";
            add(
                    "URLs, tags and prefixes that were purged",
                    ALL,
                    DataStore.PURGES,
                    every,
                    "as the topic is kept",
                    PLAIN,
                    "");
            add("how far each gateway has read", ALL, DataStore.WATERMARKS, every, "the last of each", PLAIN, "");
            add(
                    "what was deleted of Redis, in numbers",
                    ALL,
                    DataStore.ERASURES,
                    every,
                    "as the topic is kept",
                    PLAIN,
                    "");
            add("names of keys, and which are used", ALL, DataStore.KEYS, every, "the last of each", PLAIN, "");
            add("what purges were asked about", ALL, DataStore.PREVIEWS, every, "as the topic is kept", PLAIN, "");
            add("how much they would cover", ALL, DataStore.PREVIEW_COUNTS, every, "as the topic is kept", PLAIN, "");
            add(
                    "ids of requests, or URLs, that were asked about",
                    ALL,
                    DataStore.INQUIRIES,
                    every,
                    "as the topic is kept, an hour by default",
                    PLAIN,
                    "by whoever operates the fleet: GET /v1/explain");
            add(
                    "what became of requests that were asked about: method, path, decisions, steps",
                    ALL,
                    DataStore.INQUIRY_ANSWERS,
                    every,
                    "as the topic is kept, an hour by default",
                    PLAIN,
                    "no query shown, no field, no body, no client; nothing of routes that keep to a region");
        }
    }

    private void rest() {
        add(
                "addresses of clients that have requests under way, or have limits",
                ALL,
                DataStore.MEMORY,
                facts.region,
                "minutes",
                PLAIN,
                "");
        add(
                "what became of the last requests: method, path, decisions, steps",
                ALL,
                DataStore.MEMORY,
                facts.region,
                "as tidemark.explain.kept and .memory say, 15 minutes and 4 MB by default",
                PLAIN,
                "no query shown, no field, no body, no client; nothing of requests that are at home elsewhere");
        add("URLs that were asked for often", ALL, DataStore.MEMORY, facts.region, PAST, PLAIN, "");
        add(
                "names of routes, origins and reasons",
                ALL,
                DataStore.METRICS,
                facts.region,
                "as they are scraped",
                PLAIN,
                "no URL, no user, no address");
        if (facts.hasAnalytics) {
            add(
                    "of each request its time, method, route, status, cache status, data version, age, size and times",
                    ALL,
                    DataStore.ANALYTICS,
                    "where tidemark.analytics.endpoint or .topic is",
                    "as it is kept there",
                    PLAIN,
                    "no path, no query, no field, no body, no id, no client; nothing of requests that are at home"
                            + " elsewhere");
        }
        add(
                facts.logged,
                ALL,
                DataStore.REQUEST_LOG,
                facts.region,
                "as the log is",
                PLAIN,
                "no query, no field, no body");
    }

    /** As a table in Markdown. */
    static String markdown(List<Line> lines) {
        StringBuilder page = new StringBuilder(
                "| data | route | store | region | kept | key | redaction |\n|---|---|---|---|---|---|---|\n");
        for (Line line : lines) {
            page.append("| ")
                    .append(String.join(
                            " | ", line.data, line.route, line.store, line.region, line.kept, line.key, line.redaction))
                    .append(" |\n");
        }
        return page.toString();
    }
}
