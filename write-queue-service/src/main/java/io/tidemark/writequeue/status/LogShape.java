package io.tidemark.writequeue.status;

import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteTypes;
import org.springframework.stereotype.Component;

/** How many partitions the write log had when what waits was accepted. Fails with a {@code DataAccessException}. */
@Component
public class LogShape {
    private static final String KEY = StatusKeys.PREFIX + "partitions";

    private final StatusRedis redis;
    private final WriteTypes types;
    private final QueueDepth depths;

    LogShape(StatusRedis redis, WriteTypes types, QueueDepth depths) {
        this.redis = redis;
        this.types = types;
        this.depths = depths;
    }

    /** The number that what waits was accepted with; the one that there is now once nothing waits. */
    public int partitions(int now) {
        String known = redis.ask(template -> template.opsForValue().get(KEY));
        if (known != null && Integer.parseInt(known) == now) {
            return now;
        }
        boolean waits = types.all().stream().map(WriteType::name).anyMatch(type -> depths.of(type) > 0);
        if (known != null && waits) {
            return Integer.parseInt(known);
        }
        redis.ask(template -> {
            template.opsForValue().set(KEY, Integer.toString(now));
            return true;
        });
        return now;
    }
}
