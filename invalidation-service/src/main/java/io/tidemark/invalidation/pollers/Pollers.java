package io.tidemark.invalidation.pollers;

import io.tidemark.commons.outage.Outage;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.invalidation.log.Publisher;
import io.tidemark.invalidation.pollers.Poll.Answer;
import io.tidemark.invalidation.pollers.Poll.Outcome;
import io.tidemark.invalidation.pollers.PollersProperties.Poller;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Polls, one virtual thread per poller. Of several instances one polls at a time; it keeps the cursor in Redis only after its
 * purges are in the log, so that no change is passed over: after a crash some are purged twice.
 */
@Component
public class Pollers implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Pollers.class);
    /** How long an instance keeps the lead beyond its next poll. */
    private static final Duration LEAD_MARGIN = Duration.ofSeconds(5);

    private static final long MAX_ANSWER_BYTES = 8L << 20;

    private final Map<String, Poller> configured;
    private final Map<String, Poll> polls = new TreeMap<>();
    private final PollerMemory memory;
    private final Publisher publisher;
    private final InstantSource clock;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running;

    Pollers(Environment environment, PollerMemory memory, Publisher publisher, InstantSource clock) {
        this.configured = PollersProperties.of(Binder.get(environment)).pollers();
        this.memory = memory;
        this.publisher = publisher;
        this.clock = clock;
        configured.forEach((name, poller) -> polls.put(name, new Poll("tidemark.pollers." + name, poller)));
    }

    @Override
    public void start() {
        running = true;
        polls.keySet()
                .forEach(name ->
                        threads.add(Thread.ofVirtual().name("poller-" + name).start(() -> run(name))));
    }

    @Override
    public void stop() {
        running = false;
        threads.forEach(Thread::interrupt);
        threads.clear();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Whether there is a poller of this name, which is also the source of its purges. */
    public boolean has(String name) {
        return configured.containsKey(name);
    }

    /** Every configured poller, by name. */
    public List<PollerStatus> status() {
        return polls.keySet().stream().map(this::status).toList();
    }

    private PollerStatus status(String name) {
        Poller poller = poller(name);
        Map<String, String> fields = Map.of();
        boolean known = true;
        try {
            fields = memory.recall(name);
        } catch (DataAccessException unreachable) {
            known = false;
        }
        return new PollerStatus(
                name,
                poller.kind(),
                poller.url(),
                known,
                fields.get("cursor"),
                fields.get("lastSuccess"),
                fields.get("lastPurge"),
                fields.get("lastFailure"),
                fields.get("failure"));
    }

    private void run(String name) {
        Poller poller = poller(name);
        Backoff backoff = new Backoff(poller.interval(), poller.maxBackoff());
        RandomGenerator random = RandomGenerator.getDefault();
        Outage outage = new Outage(log, "Poller " + name + " fails", "Poller " + name + " works again");
        int failures = 0;
        while (running) {
            try {
                Duration lead =
                        backoff.delay(failures, random).plus(poller.timeout()).plus(LEAD_MARGIN);
                if (memory.lead(name, lead)) {
                    while (poll(name)) {
                        memory.lead(name, lead);
                    }
                    memory.remember(name, Map.of("lastSuccess", clock.instant().toString()));
                    outage.over();
                }
                failures = 0;
            } catch (InterruptedException stopped) {
                return;
            } catch (IOException | RuntimeException failure) {
                failures++;
                outage.failed(failure);
                remember(name, failure);
            }
            try {
                Thread.sleep(backoff.delay(failures, random));
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    /** One poll; whether to poll again at once. */
    private boolean poll(String name) throws IOException, InterruptedException {
        String cursor = memory.recall(name).get("cursor");
        Poll poll = Objects.requireNonNull(polls.get(name));
        Answer answer = ask(name, poll.url(cursor));
        Outcome outcome =
                poll.isLost(cursor, answer) ? poll.anew(ask(name, poll.url(null))) : poll.outcome(cursor, answer);
        for (List<Target> targets : outcome.purges()) {
            String id = UUID.randomUUID().toString();
            publisher.publish(new Purge(id, name, targets, Purge.Mode.HARD, null, clock.instant()));
            memory.remember(name, Map.of("lastPurge", id));
        }
        memory.rememberCursor(name, outcome.cursor());
        return outcome.again() && running;
    }

    private Answer ask(String name, URI url) throws IOException, InterruptedException {
        long start = System.nanoTime();
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(poller(name).timeout())
                .header("Accept", "application/json, */*;q=0.1")
                .build();
        var response = client.send(request, BodyHandlers.limiting(BodyHandlers.ofString(), MAX_ANSWER_BYTES));
        log.atDebug()
                .addKeyValue("poller", name)
                .addKeyValue("status", response.statusCode())
                .addKeyValue("tookMicros", (System.nanoTime() - start) / 1000)
                .log("polled");
        return new Answer(response.statusCode(), response.headers().firstValue("ETag"), response.body());
    }

    private void remember(String name, Exception failure) {
        try {
            Map<String, String> fields = new HashMap<>();
            fields.put("lastFailure", clock.instant().toString());
            fields.put("failure", failure.toString());
            memory.remember(name, fields);
        } catch (DataAccessException unreachable) {
            log.debug("the failure of poller {} could not be kept", name, unreachable);
        }
    }

    private Poller poller(String name) {
        return Objects.requireNonNull(configured.get(name));
    }
}
