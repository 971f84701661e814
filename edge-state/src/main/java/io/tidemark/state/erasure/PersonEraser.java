package io.tidemark.state.erasure;

import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Position;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a region's Redis, or the write queue's, keeps of persons. Its place in the log is one of its own, so that a version which
 * did not know what the erasure of a person is has passed none over; and it is kept in that Redis, so that a copy of it that is
 * put back is erased again.
 */
public final class PersonEraser implements Eraser {
    private static final Logger log = LoggerFactory.getLogger(PersonEraser.class);

    private final String region;
    private final PersonErasure persons;
    private final InstantSource clock;
    private final AtomicInteger waiting;

    /**
     * @param region or {@link Erasure#WRITE_QUEUE}
     * @param waiting how many erasures wait for a store
     */
    public PersonEraser(String region, PersonErasure persons, InstantSource clock, AtomicInteger waiting) {
        this.region = region;
        this.persons = persons;
        this.clock = clock;
        this.waiting = waiting;
    }

    @Override
    public boolean keepsPlace() {
        return true;
    }

    @Override
    public @Nullable Position place() {
        return persons.erasedUpTo();
    }

    @Override
    public void place(Position position) {
        persons.erasedUpTo(position);
    }

    @Override
    public List<Erasure> erase(List<Logged> purges) {
        List<Logged> ours =
                purges.stream().filter(logged -> logged.purge().erasesPersons()).toList();
        List<Erasure> reports = new ArrayList<>();
        waiting.set(ours.size());
        for (Logged logged : ours) {
            long start = System.nanoTime();
            Map<String, Erasure.Store> stores = persons.erase(logged.purge().subjects(), logged.position());
            long deleted =
                    stores.values().stream().mapToLong(Erasure.Store::deleted).sum();
            reports.add(new Erasure(
                    Erasure.SCHEMA,
                    region,
                    logged.position(),
                    logged.purge().id(),
                    deleted,
                    Duration.ofNanos(System.nanoTime() - start).toMillis(),
                    clock.instant(),
                    stores));
            waiting.decrementAndGet();
            log.info("A person is erased from {} at {}", region, logged.position());
        }
        return reports;
    }
}
