package io.tidemark.invalidation.console;

import io.tidemark.invalidation.console.Feed.Snapshot;
import io.tidemark.invalidation.webhooks.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.function.ServerResponse.SseBuilder;
import tools.jackson.databind.json.JsonMapper;

/**
 * The streams of server-sent events: {@code history} and {@code state} at the beginning, then each {@code change}. Each ends after a
 * while, so that who may not look any more does not: a browser comes again by itself.
 */
final class FeedStreams {
    static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(5);

    private final Feed feed;
    private final FleetHistory history;
    private final Semaphore places;
    private final int most;
    private final JsonMapper json;
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();

    FeedStreams(Feed feed, FleetHistory history, int most, JsonMapper json) {
        this.feed = feed;
        this.history = history;
        this.most = most;
        this.places = new Semaphore(most);
        this.json = json;
    }

    int open() {
        return most - places.availablePermits();
    }

    /** Ends all of them: this instance goes. */
    void end() {
        running.forEach(Thread::interrupt);
    }

    /** @throws RefusedException if as many are open as may be */
    ServerResponse open(Duration longest) {
        if (!places.tryAcquire()) {
            throw new RefusedException(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "too-many-streams",
                            "Too many pages are open",
                            "this instance tells " + most
                                    + " pages of changes at once (tidemark.console.streams); close one")
                    .retryAfter(Duration.ofSeconds(5));
        }
        return ServerResponse.sse(events -> begin(events, longest), longest.plusSeconds(30));
    }

    private void begin(SseBuilder events, Duration longest) {
        Thread stream = Thread.ofVirtual().name("console-stream").unstarted(() -> {
            try (AutoCloseable _ = feed.watch()) {
                tell(events, System.nanoTime() + longest.toNanos());
                events.complete();
            } catch (InterruptedException _) {
                events.complete();
            } catch (Exception gone) {
                events.error(gone);
            } finally {
                running.remove(Thread.currentThread());
                places.release();
            }
        });
        running.add(stream);
        events.onTimeout(stream::interrupt);
        events.onError(_ -> stream.interrupt());
        stream.start();
    }

    private void tell(SseBuilder events, long end) throws IOException, InterruptedException {
        events.event("history").data(json.writeValueAsString(history.points()));
        Snapshot told = feed.latest();
        events.event("state").data(changes(Map.of(), told.entries()));
        while (System.nanoTime() < end) {
            Snapshot now = feed.await(told.version(), KEEP_ALIVE);
            events.event("change")
                    .data(changes(told.entries(), now.entries())); // an empty one says that all is as it was
            told = now;
        }
    }

    /** {@code {"set":{key:entry,…},"gone":[key,…]}}. */
    String changes(Map<String, String> before, Map<String, String> now) {
        StringBuilder set = new StringBuilder();
        now.forEach((key, entry) -> {
            if (!entry.equals(before.get(key))) {
                set.append(set.isEmpty() ? "" : ",")
                        .append(json.writeValueAsString(key))
                        .append(':')
                        .append(entry);
            }
        });
        List<String> gone = new ArrayList<>(before.keySet());
        gone.removeAll(now.keySet());
        return "{\"set\":{" + set + "},\"gone\":" + json.writeValueAsString(gone) + '}';
    }
}
