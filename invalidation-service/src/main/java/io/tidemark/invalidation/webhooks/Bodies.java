package io.tidemark.invalidation.webhooks;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Reads request bodies: none longer than {@code tidemark.webhooks.max-body}, none for longer than {@code body-timeout}, and all
 * together within {@code body-memory}, which is taken as the bytes arrive and given back once the body was used. Refusals for want of
 * memory are counted as {@code tidemark.webhooks.bodies.refused{source}}.
 */
@Component
class Bodies {
    private static final int FIRST_BUFFER = 16 << 10;

    /** What a body becomes takes about so many times its length. */
    private static final long UNDERSTOOD = 4;

    private final int maxBody;
    private final Duration timeout;
    private final BodyBudget budget;
    private final LongSupplier nanoTime;
    private final MeterRegistry meters;

    @Autowired
    Bodies(WebhooksProperties properties, MeterRegistry meters) {
        this.maxBody = (int) properties.maxBody().toBytes();
        this.timeout = properties.bodyTimeout();
        this.budget = new BodyBudget(properties.bodyBytes(), properties.oneBodyBytes());
        this.nanoTime = System::nanoTime;
        this.meters = meters;
        Gauge.builder("tidemark.webhooks.body.bytes", budget, BodyBudget::used).register(meters);
    }

    /**
     * Reads the body and makes something of it; the bytes must not be kept.
     *
     * @param source whose it says it is
     * @throws RefusedException 413, 408 or 503, if it is too long, too slow, or there is no memory for it
     */
    <T> T read(String source, HttpServletRequest request, Function<byte[], T> use) throws IOException {
        long declared = request.getContentLengthLong();
        if (declared > maxBody) {
            throw tooLarge();
        }
        try (BodyBudget.Share share = budget.share(source)) {
            byte[] body = read(source, request.getInputStream(), declared, share);
            take(source, share, UNDERSTOOD * body.length);
            return use.apply(body);
        } catch (SocketTimeoutException stopped) {
            throw tooSlow();
        }
    }

    private byte[] read(String source, InputStream body, long declared, BodyBudget.Share share) throws IOException {
        long start = nanoTime.getAsLong();
        byte[] bytes = taken(source, share, declared < 0 ? FIRST_BUFFER : (int) Math.min(declared, FIRST_BUFFER));
        int length = 0;
        while (true) {
            if (length == bytes.length) {
                if (length == declared) {
                    return bytes;
                }
                if (length > maxBody) {
                    throw tooLarge();
                }
                int longer =
                        (int) Math.min(Math.max(FIRST_BUFFER, 2L * length), declared < 0 ? maxBody + 1L : declared);
                byte[] more = taken(source, share, longer);
                System.arraycopy(bytes, 0, more, 0, length);
                share.giveBack(length);
                bytes = more;
            }
            int read = body.read(bytes, length, bytes.length - length);
            if (read < 0) {
                return Arrays.copyOf(bytes, length);
            }
            length += read;
            if (nanoTime.getAsLong() - start > timeout.toNanos()) {
                throw tooSlow();
            }
        }
    }

    private byte[] taken(String source, BodyBudget.Share share, int length) {
        take(source, share, length);
        return new byte[length];
    }

    private void take(String source, BodyBudget.Share share, long bytes) {
        if (!share.take(bytes)) {
            meters.counter("tidemark.webhooks.bodies.refused", "source", source).increment();
            throw new RefusedException(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "too-many-bodies",
                            "Too many requests are being read",
                            "there is no memory for another body of source " + source
                                    + " now; the same request may be sent again")
                    .retryAfter(Duration.ofSeconds(1));
        }
    }

    private RefusedException tooLarge() {
        return new RefusedException(
                HttpStatus.CONTENT_TOO_LARGE,
                "body-too-large",
                "The body is too large",
                "a body has at most " + maxBody + " bytes");
    }

    private RefusedException tooSlow() {
        return new RefusedException(
                        HttpStatus.REQUEST_TIMEOUT,
                        "body-too-slow",
                        "The body did not arrive in time",
                        "a body must arrive within " + timeout.toMillis() + " ms")
                .closing();
    }
}
