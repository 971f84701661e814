package io.tidemark.writequeue.status;

import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteTypes;
import java.util.List;
import java.util.Set;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/** Shows in their statuses that writes are lost: dead letters without data. Fails with a {@code DataAccessException}. */
@Component
public class LostRecords {
    static final String REASON = "its record went from the write log before it was delivered; send it again";

    private static final int PAGE = 500;

    private final WriteTypes types;
    private final StatusRedis redis;
    private final Scripts scripts;
    private final RedisScript<Long> lose = Scripts.load("lose", Long.class);

    LostRecords(WriteTypes types, StatusRedis redis, Scripts scripts) {
        this.types = types;
        this.redis = redis;
        this.scripts = scripts;
    }

    /** Marks the unfinished writes whose record was in this part of the log. Answers how many. */
    public int mark(int partition, long from, long to) {
        int marked = 0;
        for (WriteType type : types.all()) {
            int start = 0;
            while (true) {
                int first = start;
                Set<String> ids = redis.ask(template ->
                        template.opsForZSet().range(StatusKeys.depth(type.name()), first, first + PAGE - 1));
                if (ids == null || ids.isEmpty()) {
                    break;
                }
                int here = (int) ids.stream()
                        .filter(id -> lose(type, id, partition, from, to))
                        .count();
                marked += here;
                start += PAGE - here; // those that are marked are no longer among them
            }
        }
        return marked;
    }

    private boolean lose(WriteType type, String id, int partition, long from, long to) {
        return scripts.run(
                        lose,
                        List.of(StatusKeys.write(id), StatusKeys.depth(type.name()), StatusKeys.DEAD),
                        id,
                        Integer.toString(partition),
                        Long.toString(from),
                        Long.toString(to),
                        REASON,
                        WriteStatusStore.CHANGES,
                        StatusKeys.waiting(""))
                == 1;
    }
}
