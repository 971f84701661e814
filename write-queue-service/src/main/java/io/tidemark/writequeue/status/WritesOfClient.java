package io.tidemark.writequeue.status;

import io.tidemark.writequeue.status.DeadLetterIndex.DeadPlace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/** What the queue has of one client, and its end. Fails with a {@code DataAccessException} if Redis does not answer. Thread-safe. */
@Component
public class WritesOfClient {
    /** Longer than what follows from an attempt's answer takes. */
    private static final Duration SETTLING = Duration.ofSeconds(30);

    private static final String ERASED = StatusKeys.PREFIX + "erased:";
    private static final int PAGE = 500;

    private final StatusRedis redis;
    private final Scripts scripts;
    private final WriteStatusStore statuses;
    private final DeadLetterIndex letters;
    private final Duration retention;
    private final RedisScript<Long> erase = Scripts.load("erase", Long.class);

    WritesOfClient(
            StatusRedis redis,
            Scripts scripts,
            WriteStatusStore statuses,
            DeadLetterIndex letters,
            StatusProperties properties) {
        this.redis = redis;
        this.scripts = scripts;
        this.statuses = statuses;
        this.letters = letters;
        this.retention = properties.retention();
    }

    /** Those that have not ended. */
    public List<String> waiting(String client) {
        Set<String> ids = redis.ask(template -> template.opsForZSet().range(StatusKeys.waiting(client), 0, -1));
        return ids == null ? List.of() : List.copyOf(ids);
    }

    /** Those that are dead letters. */
    public List<WriteStatus> dead(String client) {
        List<WriteStatus> found = new ArrayList<>();
        DeadPlace last = DeadPlace.START;
        while (true) {
            List<DeadPlace> page = letters.deadLetters(last, PAGE);
            page.forEach(place -> statuses.find(place.writeId())
                    .filter(status -> status.client().equals(client))
                    .ifPresent(found::add));
            if (page.size() < PAGE) {
                return found;
            }
            last = page.getLast();
        }
    }

    /**
     * Ends a write as erased, unless it has ended.
     *
     * @param longestAttempt the most that an attempt takes
     * @return whether it was ended by this; not while an attempt is under way
     */
    public boolean erase(String writeId, String client, Duration longestAttempt) {
        Optional<WriteStatus> status = statuses.find(writeId);
        List<String> keys = WriteStatusStore.keysOf(
                writeId,
                status.map(WriteStatus::type).orElse(""),
                status.map(WriteStatus::orderingKey).orElse(""),
                client);
        return scripts.run(
                        erase,
                        keys,
                        writeId,
                        Long.toString(retention.toMillis()),
                        WriteStatusStore.CHANGES,
                        client,
                        Long.toString(longestAttempt.plus(SETTLING).toMillis()))
                == 1;
    }

    /** Remembers that a client was erased, for as long as something of theirs may be under way. */
    public void erased(String client, String position, Duration remembered) {
        redis.ask(template -> {
            template.opsForValue().set(ERASED + client, position, remembered);
            return true;
        });
    }

    /** The position at which a client was erased lately. */
    public Optional<String> erasedAt(String client) {
        return Optional.ofNullable(redis.ask(template -> template.opsForValue().get(ERASED + client)));
    }

    /** How many writes of a client have not ended, or are dead letters. */
    public long left(String client, boolean dead) {
        return dead
                ? dead(client).size()
                : Objects.requireNonNullElse(
                        redis.ask(template -> template.opsForZSet().zCard(StatusKeys.waiting(client))), 0L);
    }
}
