package io.tidemark.writequeue.status;

/** The names of the keys in Redis. One hash tag: a cluster keeps them together, as the scripts need. */
final class StatusKeys {
    static final String PREFIX = "tidemark:{writes}:";

    /** Dead letters by the time that they became it. */
    static final String DEAD = PREFIX + "dead";

    /** There while all dead letters of their log are here. */
    static final String COMPLETE = PREFIX + "complete";

    private StatusKeys() {}

    /** What is known of a write. */
    static String write(String writeId) {
        return PREFIX + "write:" + writeId;
    }

    /** Unfinished writes of a type by the time of their acceptance. */
    static String depth(String type) {
        return PREFIX + "depth:" + type;
    }

    /** Dead letters that hold an ordering key. */
    static String held(String orderingKey) {
        return PREFIX + "held:" + orderingKey;
    }
}
