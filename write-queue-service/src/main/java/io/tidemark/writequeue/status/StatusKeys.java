package io.tidemark.writequeue.status;

/** The names of the keys in Redis. One hash tag: a cluster keeps them together, as the scripts need. */
final class StatusKeys {
    static final String PREFIX = "tidemark:{writes}:";

    /** Dead letters by the time that they became it. */
    static final String DEAD = PREFIX + "dead";

    /** There while all dead letters of their log are here. */
    static final String COMPLETE = PREFIX + "complete";

    /** What dead letters take, in bytes, by their client; of all by the empty name. */
    static final String DEAD_BYTES = PREFIX + "dead-bytes";

    private StatusKeys() {}

    /** What is known of a write. */
    static String write(String writeId) {
        return PREFIX + "write:" + writeId;
    }

    /** Unfinished writes of a type by the time of their acceptance. */
    static String depth(String type) {
        return PREFIX + "depth:" + type;
    }

    /** Unfinished writes of a client by the time of their acceptance. */
    static String waiting(String client) {
        return PREFIX + "waiting:" + client;
    }

    /** Dead letters that hold an ordering key. */
    static String held(String orderingKey) {
        return PREFIX + "held:" + orderingKey;
    }
}
