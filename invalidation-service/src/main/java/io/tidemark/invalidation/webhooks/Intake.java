package io.tidemark.invalidation.webhooks;

import io.tidemark.invalidation.sources.Scheme;
import io.tidemark.invalidation.sources.SignedRequest;
import io.tidemark.invalidation.sources.Source;
import io.tidemark.invalidation.sources.Sources;
import io.tidemark.invalidation.sources.Verification.Genuine;
import io.tidemark.invalidation.sources.Verification.Refused;
import io.tidemark.invalidation.webhooks.ReplayGuard.Attempt;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * What every signed request passes, in this order: a known source, a body within the limit, a genuine signature, the
 * source's rate. Then, around what it causes: its id once only.
 */
@Component
@EnableConfigurationProperties(WebhooksProperties.class)
public class Intake {
    private static final Logger log = LoggerFactory.getLogger(Intake.class);

    private final Sources sources;
    private final RateLimit rateLimit;
    private final ReplayGuard replayGuard;
    private final InstantSource clock;
    private final int maxBody;

    Intake(
            Sources sources,
            RateLimit rateLimit,
            ReplayGuard replayGuard,
            InstantSource clock,
            WebhooksProperties properties) {
        this.sources = sources;
        this.rateLimit = rateLimit;
        this.replayGuard = replayGuard;
        this.clock = clock;
        this.maxBody = (int) properties.maxBody().toBytes();
    }

    /** A request that its source has signed. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody, and not copied: it is large
    record Message(Source source, String id, byte[] body) {}

    /** @throws RefusedException if it is not to be acted upon */
    Message accept(String sourceName, HttpServletRequest request) throws IOException {
        Source source = sources.named(sourceName)
                .orElseThrow(() -> new RefusedException(
                        HttpStatus.NOT_FOUND,
                        "unknown-source",
                        "There is no such source",
                        "no source \"" + sourceName + "\" is configured"));
        byte[] body = body(request);
        String id = switch (source.verifier().verify(new SignedRequest(request::getHeader, body), clock.instant())) {
            case Genuine genuine -> genuine.id();
            case Refused refused ->
                throw new RefusedException(
                                HttpStatus.UNAUTHORIZED,
                                refused.reason().label(),
                                refused.reason().title(),
                                refused.detail())
                        .challenge("Webhook-Signature", source.name());
        };
        if (!redis(() -> rateLimit.admits(source.name(), source.rateLimit()))) {
            throw new RefusedException(
                            HttpStatus.TOO_MANY_REQUESTS,
                            "rate-limited",
                            "The source sends too much",
                            "source " + source.name() + " may send " + source.rateLimit() + " requests a second")
                    .retryAfter(Duration.ofSeconds(1));
        }
        return new Message(source, id, body);
    }

    /**
     * Does something once for a message. What fails gives the message's id back.
     *
     * @param purgeId what a replay is told that it became
     * @throws RefusedException if the message was handled before, or is being handled
     */
    <T> T once(Message message, String purgeId, Supplier<T> action) {
        return switch (redis(() -> replayGuard.claim(message.source().name(), message.id()))) {
            case Attempt.Claimed claim -> {
                T result;
                try {
                    result = action.get();
                } catch (RuntimeException failure) {
                    release(claim);
                    throw failure;
                }
                done(claim, purgeId, remembered(message.source().scheme()));
                yield result;
            }
            case Attempt.BeingHandled _ ->
                throw new RefusedException(
                                HttpStatus.CONFLICT,
                                "webhook-being-handled",
                                "The same message is being handled",
                                "the message \"" + message.id() + "\" is being handled by another request")
                        .with("messageId", message.id())
                        .retryAfter(ReplayGuard.CLAIM);
            case Attempt.Replayed replayed ->
                throw new RefusedException(
                                HttpStatus.CONFLICT,
                                "webhook-replayed",
                                "The message was handled before",
                                "the message \"" + message.id() + "\" was handled before, as purge "
                                        + replayed.purgeId())
                        .with("messageId", message.id())
                        .with("purge", replayed.purgeId())
                        .with("receipt", "/v1/purges/" + replayed.purgeId());
        };
    }

    private byte[] body(HttpServletRequest request) throws IOException {
        if (request.getContentLengthLong() <= maxBody) {
            byte[] body = request.getInputStream().readNBytes(maxBody + 1);
            if (body.length <= maxBody) {
                return body;
            }
        }
        throw new RefusedException(
                HttpStatus.CONTENT_TOO_LARGE,
                "body-too-large",
                "The body is too large",
                "a body has at most " + maxBody + " bytes");
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
            log.warn("{} could not be released; it expires in {}", claim.key(), ReplayGuard.CLAIM, unreachable);
        }
    }

    private void done(Attempt.Claimed claim, String purgeId, Duration remembered) {
        try {
            replayGuard.done(claim, purgeId, remembered);
        } catch (DataAccessException unreachable) {
            log.warn(
                    "{} could not be marked as done: a replay would repeat purge {}",
                    claim.key(),
                    purgeId,
                    unreachable);
        }
    }

    private static <T> T redis(Supplier<T> call) {
        try {
            return call.get();
        } catch (DataAccessException unreachable) {
            log.warn("Redis does not answer", unreachable);
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
