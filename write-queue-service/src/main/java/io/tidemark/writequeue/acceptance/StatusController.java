package io.tidemark.writequeue.acceptance;

import io.tidemark.commons.drain.Drain;
import io.tidemark.commons.problems.Problems;
import io.tidemark.commons.problems.Shown;
import io.tidemark.writequeue.clients.Clients;
import io.tidemark.writequeue.personal.SealedWrites;
import io.tidemark.writequeue.status.StatusChanges;
import io.tidemark.writequeue.status.WriteStatus;
import io.tidemark.writequeue.status.WriteStatusStore;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** {@code GET /v1/writes/{id}} and its stream of changes; a client sees its own writes only. */
@RestController
class StatusController {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
    private static final Duration LONGEST_STREAM = Duration.ofMinutes(30);

    private final WriteStatusStore statuses;
    private final StatusChanges changes;
    private final Clients clients;
    private final SealedWrites seals;
    private final Drain drain;
    private final Limits limits;

    StatusController(
            WriteStatusStore statuses,
            StatusChanges changes,
            Clients clients,
            SealedWrites seals,
            Drain drain,
            Limits limits) {
        this.seals = seals;
        this.drain = drain;
        this.limits = limits;
        this.statuses = statuses;
        this.changes = changes;
        this.clients = clients;
    }

    @GetMapping("/v1/writes/{id}")
    WriteStatus status(@PathVariable String id, HttpServletRequest request) {
        return find(id, clients.of(request));
    }

    /**
     * Server-sent events: one named {@code status} now and after each change, until the write has ended or this
     * instance goes. Who has its last one gets 204, which ends a browser's reconnecting.
     */
    @GetMapping(path = "/v1/writes/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    ResponseEntity<SseEmitter> events(@PathVariable String id, HttpServletRequest request) {
        String client = clients.of(request);
        WriteStatus now = find(id, client);
        if (now.state().isFinal() && eventId(now).equals(request.getHeader("Last-Event-ID"))) {
            return ResponseEntity.noContent().build(); // nothing more will come: a browser does not come again
        }
        Limits.Held place = limits.stream(client, !clients.isAnonymous(client));
        SseEmitter emitter = new SseEmitter(LONGEST_STREAM.toMillis());
        Thread stream = Thread.ofVirtual().name("events-" + Shown.of(id)).unstarted(() -> {
            try (place) {
                stream(id, client, emitter);
            }
        });
        emitter.onTimeout(stream::interrupt);
        emitter.onError(_ -> stream.interrupt());
        stream.start();
        return ResponseEntity.ok(emitter);
    }

    private void stream(String id, String client, SseEmitter emitter) {
        try (var watch = changes.watch(id)) {
            WriteStatus last = null;
            long lastSent = System.nanoTime();
            while (true) {
                WriteStatus now = find(id, client);
                if (!now.equals(last)) {
                    emitter.send(
                            SseEmitter.event().id(eventId(now)).name("status").data(now, MediaType.APPLICATION_JSON));
                    last = now;
                    lastSent = System.nanoTime();
                } else if (System.nanoTime() - lastSent > KEEP_ALIVE.toNanos()) {
                    emitter.send(
                            SseEmitter.event().comment("still " + now.state().publicLabel()));
                    lastSent = System.nanoTime();
                }
                if (now.state().isFinal() || drain.isLastCall()) {
                    emitter.complete();
                    return;
                }
                watch.await(LOOK_AGAIN);
            }
        } catch (IOException | InterruptedException | IllegalStateException gone) {
            emitter.complete();
        } catch (RuntimeException failure) {
            emitter.completeWithError(failure);
        }
    }

    /** The same for the same state of a write, on every instance. */
    private static String eventId(WriteStatus status) {
        return status.updatedAt().toEpochMilli() + "-" + status.state().label();
    }

    private WriteStatus find(String id, String client) {
        return statuses.find(id)
                .filter(status -> status.state().isPublic() && seals.isOf(status.client(), client))
                .map(status -> status.of(client))
                .orElseThrow(() -> new ErrorResponseException(
                        HttpStatus.NOT_FOUND,
                        Problems.of(
                                HttpStatus.NOT_FOUND,
                                "write-not-found",
                                "There is no such write",
                                "This client has no write \"" + Shown.of(id)
                                        + "\", or it ended longer ago than is remembered"),
                        null));
    }
}
