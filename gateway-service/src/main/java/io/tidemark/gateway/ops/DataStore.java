package io.tidemark.gateway.ops;

import io.tidemark.contracts.Topics;
import java.util.Set;

/** The places in which data lie that a gateway has to do with. Whoever adds one adds its lines to the {@link DataMap}. */
enum DataStore {
    MEMORY("memory of each gateway"),
    REDIS_RESPONSES("Redis of the region, tidemark:{…}:response"),
    REDIS_TAGS("Redis of the region, the index of tags"),
    REDIS_SESSIONS("Redis of the region, tidemark:session:{…}"),
    REDIS_DATA_KEYS("Redis of the region, or of its data keys, tidemark:datakey:{…}"),
    REDIS_PERSONS("Redis of the region, tidemark:person:{…}"),
    REDIS_DOCUMENTS("Redis of the region, tidemark:document:{…}"),
    PURGES(topic(Topics.PURGES)),
    WATERMARKS(topic(Topics.WATERMARKS)),
    ERASURES(topic(Topics.ERASURES)),
    PREVIEWS(topic(Topics.PREVIEWS)),
    PREVIEW_COUNTS(topic(Topics.PREVIEW_COUNTS)),
    INQUIRIES(topic(Topics.INQUIRIES)),
    INQUIRY_ANSWERS(topic(Topics.INQUIRY_ANSWERS)),
    KEYS(topic(Topics.KEYS)),
    DOCUMENTS(topic(Topics.DOCUMENTS)),
    WRITES(topic(Topics.WRITES)),
    DEAD_WRITES(topic(Topics.DEAD_WRITES)),
    REDIS_WRITES("Redis of the write queue"),
    ANALYTICS("what tidemark.analytics.endpoint or .topic leads to"),
    REQUEST_LOG("the log of requests"),
    METRICS("metrics");

    /** The classes that put data into one of these, by what they call: stores, topics, what is bounded in memory. */
    static final Set<String> WRITERS = Set.of(
            "ClientRates",
            "DataKeys",
            "DirectBodies",
            "DocumentRedis",
            "HitIndex",
            "LocalStore",
            "Owners",
            "PersonalIndex",
            "RecentEntries",
            "RedisTagIndex",
            "SessionRedis",
            "Sessions",
            "SharedStore");

    /** Those that call the same and keep nothing of anybody's: flags, times, counts, connections, and who deletes or passes on. */
    static final Set<String> KEEP_NOTHING = Set.of(
            "DataKeySweep",
            "ErasedUpTo",
            "ForcedCalls",
            "KeyHolder",
            "KeyStore",
            "NewsChannel",
            "RedisCalls",
            "RedisClock",
            "RedisConnection",
            "RedisEraser",
            "RedisLink",
            "RefreshPauses",
            "RefusedTokens",
            "RequestCollapser",
            "Revalidator",
            "SessionErasure");

    private final String place;

    DataStore(String place) {
        this.place = place;
    }

    private static String topic(String name) {
        return "Kafka, " + name;
    }

    String place() {
        return place;
    }
}
