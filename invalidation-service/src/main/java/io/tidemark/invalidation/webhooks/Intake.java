package io.tidemark.invalidation.webhooks;

import io.tidemark.commons.problems.Shown;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Target;
import io.tidemark.invalidation.sources.Scheme;
import io.tidemark.invalidation.sources.SignedRequest;
import io.tidemark.invalidation.sources.SignedRequest.Headers;
import io.tidemark.invalidation.sources.Source;
import io.tidemark.invalidation.sources.Sources;
import io.tidemark.invalidation.sources.Verification;
import io.tidemark.invalidation.sources.Verification.Genuine;
import io.tidemark.invalidation.sources.Verification.Reason;
import io.tidemark.invalidation.sources.Verification.Refused;
import io.tidemark.invalidation.webhooks.ReplayGuard.Attempt;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * What every signed request passes, in this order: a known source, headers that may be a signature's, a body within the limits, a
 * genuine signature, the source's rate. Then, around what it causes: its id once only.
 */
@Component
@EnableConfigurationProperties(WebhooksProperties.class)
public class Intake {
    private static final Logger log = LoggerFactory.getLogger(Intake.class);
    private static final byte[] NO_BODY = {};

    private final Sources sources;
    private final RateLimit rateLimit;
    private final ReplayGuard replayGuard;
    private final InstantSource clock;
    private final Bodies bodies;

    Intake(Sources sources, RateLimit rateLimit, ReplayGuard replayGuard, InstantSource clock, Bodies bodies) {
        this.sources = sources;
        this.rateLimit = rateLimit;
        this.replayGuard = replayGuard;
        this.clock = clock;
        this.bodies = bodies;
    }

    /**
     * Takes a signed request.
     *
     * @param read understands the body, which it must not keep
     * @throws RefusedException if it is not to be acted upon
     */
    <T> Message<T> accept(String sourceName, HttpServletRequest request, Function<byte[], T> read) throws IOException {
        Source source = sources.named(sourceName)
                .orElseThrow(() -> new RefusedException(
                        HttpStatus.NOT_FOUND,
                        "unknown-source",
                        "There is no such source",
                        "no source \"" + Shown.of(sourceName) + "\" is configured"));
        Headers headers = name -> SignedForm.once(source, request, name);
        source.verifier().refusedByHeaders(headers, clock.instant()).ifPresent(refused -> {
            throw SignedForm.unsigned(source, refused);
        });
        SignedForm.requireNoMultipart(request);
        return bodies.read(source.name(), request, body -> {
            Verification verification = source.verifier().verify(new SignedRequest(headers, body), clock.instant());
            String id = switch (verification) {
                case Genuine genuine -> genuine.id();
                case Refused refused -> throw SignedForm.unsigned(source, refused);
            };
            take(source.name(), source.rateLimit(), Duration.ofSeconds(1), 1, "requests a second");
            SignedForm.requireNoForm(request, body);
            return Message.of(source, id, body, read.apply(body));
        });
    }

    /**
     * Takes a signed request that has no body: what is signed in its place is its method and its path, as they were sent, or, as of
     * any message, the body, which is empty. No source is named: the signature tells.
     *
     * @param read what it says, by its source
     * @param known what tells it from others, and is remembered: nothing that must not be
     * @throws RefusedException if it is not to be acted upon
     */
    <T> Message<T> acceptWithoutBody(HttpServletRequest request, Supplier<T> read, Function<T, byte[]> known)
            throws IOException {
        Refused refused = new Refused(Reason.MISMATCH, "no source may erase subjects");
        Source asked = null;
        byte[] line = (request.getMethod() + ' ' + request.getRequestURI()).getBytes(StandardCharsets.UTF_8);
        for (Source source : sources.all()) {
            if (source.scheme() != Scheme.STANDARD) {
                continue; // of the other neither method nor path are signed
            }
            asked = source;
            Headers headers = name -> SignedForm.once(source, request, name);
            switch (verify(source, headers, line)) {
                case Genuine(String id) -> {
                    requireMayErase(source);
                    SignedForm.requireNoBody(request);
                    take(source.name(), source.rateLimit(), Duration.ofSeconds(1), 1, "requests a second");
                    T content = read.get();
                    return Message.of(source, id, known.apply(content), content);
                }
                case Refused no -> refused = no;
            }
        }
        if (asked == null) {
            throw nobodyMayErase("no source of the scheme standard is configured");
        }
        throw SignedForm.unsigned(
                "subjects",
                refused.reason() == Reason.MISMATCH
                        ? new Refused(
                                Reason.MISMATCH,
                                "no v1 signature in webhook-signature is one of a source's over"
                                        + " webhook-id.webhook-timestamp.<method> <path>, nor without method and path")
                        : refused);
    }

    /** Over method and path, or over the body that there is not. */
    private Verification verify(Source source, Headers headers, byte[] line) {
        Instant now = clock.instant();
        Verification bound = source.verifier().verify(new SignedRequest(headers, line), now);
        return bound instanceof Refused(Reason reason, String _) && reason == Reason.MISMATCH
                ? source.verifier().verify(new SignedRequest(headers, NO_BODY), now)
                : bound;
    }

    private static void requireMayErase(Source source) {
        if (!source.mayErase()) {
            throw nobodyMayErase("tidemark.sources." + source.name() + ".subjects is not set");
        }
    }

    private static RefusedException nobodyMayErase(String detail) {
        return new RefusedException(
                HttpStatus.FORBIDDEN, "subjects-not-allowed", "The source may not erase subjects", detail);
    }

    /** Takes what a purge costs its source beyond its request: each pattern burdens every lookup of the gateways. */
    void charge(Source source, List<Target> targets) {
        int patterns = (int) targets.stream()
                .filter(target -> target.kind() == Target.Kind.PATTERN)
                .count();
        if (patterns > source.patternRate()) {
            throw new RefusedException(
                    HttpStatus.BAD_REQUEST,
                    "too-many-patterns",
                    "The purge has too many patterns",
                    "it has " + patterns + " patterns; source " + source.name() + " may use " + source.patternRate()
                            + " an hour");
        }
        if (patterns > 0) {
            take(source.name() + ":patterns", source.patternRate(), Duration.ofHours(1), patterns, "patterns an hour");
        }
    }

    private void take(String bucket, int limit, Duration period, int tokens, String what) {
        Duration wait = redis(() -> rateLimit.take(bucket, limit, period, tokens));
        if (!wait.isZero()) {
            throw new RefusedException(
                            HttpStatus.TOO_MANY_REQUESTS,
                            "rate-limited",
                            "The source sends too much",
                            "source " + bucket.split(":", 2)[0] + " may send " + limit + ' ' + what)
                    .retryAfter(wait.plusMillis(999));
        }
    }

    /** What came of a message. */
    sealed interface Outcome {
        /** Its purge is in the log now, at this position. */
        record Published(Position position) implements Outcome {}

        /** It was handled before, as this purge. */
        record Known(String purgeId, @Nullable Position position) implements Outcome {}
    }

    /**
     * Publishes once for a message. What fails gives the message's id back.
     *
     * @throws RefusedException if the message is being handled, or its id was used for something else
     */
    Outcome once(Message<?> message, Supplier<Position> publish) {
        return switch (redis(() -> replayGuard.claim(message))) {
            case Attempt.Claimed claim -> {
                Position position;
                try {
                    position = publish.get();
                } catch (RuntimeException failure) {
                    release(claim);
                    throw failure;
                }
                done(claim, message, position);
                yield new Outcome.Published(position);
            }
            case Attempt.Done done -> new Outcome.Known(done.purgeId(), done.position());
            case Attempt.BeingHandled _ ->
                throw conflict(
                                message,
                                "webhook-being-handled",
                                "The same message is being handled",
                                "is being handled by another request")
                        .retryAfter(ReplayGuard.CLAIM);
            case Attempt.Other other ->
                throw conflict(
                        message,
                        "webhook-id-used",
                        "The message's id was used for something else",
                        "was used for " + other.use() + "; a purge needs an id of its own");
        };
    }

    /** Uses the message's id up: sent again without its query, the same signed message must not purge. */
    void dryRun(Message<?> message) {
        redis(() -> {
            replayGuard.dryRun(message, remembered(message.source().scheme()));
            return true;
        });
    }

    private static RefusedException conflict(Message<?> message, String name, String title, String what) {
        return new RefusedException(
                        HttpStatus.CONFLICT, name, title, "the message's id \"" + Shown.of(message.id()) + "\" " + what)
                .with("messageId", message.id());
    }

    /** How long an id is remembered: longer than the message's signature can be used. */
    private static Duration remembered(Scheme scheme) {
        return switch (scheme) {
            case STANDARD -> Duration.ofMinutes(15); // valid from 5 minutes before to 5 after its timestamp
            case GITHUB -> Duration.ofDays(3); // for so long deliveries can be repeated
        };
    }

    private void release(Attempt.Claimed claim) {
        try {
            replayGuard.release(claim);
        } catch (DataAccessException unreachable) {
            log.warn(
                    "{} could not be released; it expires in {}",
                    Shown.of(claim.key()),
                    ReplayGuard.CLAIM,
                    unreachable);
        }
    }

    private void done(Attempt.Claimed claim, Message<?> message, Position position) {
        try {
            replayGuard.done(
                    claim, message, position, remembered(message.source().scheme()));
        } catch (DataAccessException unreachable) {
            log.warn(
                    "{} could not be marked as done: the log alone tells a replay of purge {}",
                    Shown.of(claim.key()),
                    message.purgeId(),
                    unreachable);
        }
    }

    private static <T> T redis(Supplier<T> call) {
        try {
            return call.get();
        } catch (DataAccessException unreachable) {
            log.debug("Redis does not answer", unreachable); // said once, where connections are looked after
            throw new RefusedException(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "replay-protection-unavailable",
                            "The store of message ids is out of reach",
                            "it cannot be told whether this message was handled before; the same request may be sent"
                                    + " again")
                    .retryAfter(Duration.ofSeconds(2));
        }
    }
}
