package io.tidemark.commons.topics;

import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A topic as the brokers have it.
 *
 * @param id another one for a topic that was made anew
 * @param partitions how many
 * @param replicas of the partition that has fewest
 * @param settings those in force, the brokers' defaults among them; empty where this service may not see them
 */
public record TopicDetails(String id, int partitions, int replicas, Map<String, String> settings) {
    /** The most bytes of a batch of records, if it is known. */
    public OptionalInt maxMessageBytes() {
        String bytes = setting("max.message.bytes");
        return bytes == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(bytes));
    }

    @Nullable
    String setting(String name) {
        return settings.get(name);
    }
}
