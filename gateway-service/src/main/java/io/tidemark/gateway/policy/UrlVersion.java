package io.tidemark.gateway.policy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.tidemark.commons.digests.Sha256;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginRequest;
import io.tidemark.gateway.origin.OriginTimeouts;
import io.tidemark.gateway.origin.Origins;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The version that an origin tells at a URL: its entity tag, else a digest of its body. An answer counts for a time from its
 * asking; whoever comes later waits for the next one, which is asked for once for all. Where there is no usable answer (200,
 * at most {@value #MAX_BODY} bytes, within 2 s), the last version stays for the same time again.
 */
public final class UrlVersion implements KeyVersion {
    static final int MAX_BODY = 64 * 1024;

    private static final Logger log = LoggerFactory.getLogger(UrlVersion.class);
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final OriginTimeouts TIMEOUTS = new OriginTimeouts(LIMIT, LIMIT, LIMIT);

    private record Seen(String version, long askedNanos) {}

    private final Origins origins;
    private final URI url;
    private final long maxAgeNanos;
    private final LongSupplier nanoTime;
    private final AtomicReference<@Nullable Mono<String>> underWay = new AtomicReference<>();
    private volatile @Nullable Seen seen;

    /**
     * @param maxAge how long an answer counts
     * @param nanoTime the monotonic clock
     */
    public UrlVersion(Origins origins, URI url, Duration maxAge, LongSupplier nanoTime) {
        this.origins = origins;
        this.url = url;
        this.maxAgeNanos = maxAge.toNanos();
        this.nanoTime = nanoTime;
    }

    @Override
    public @Nullable String known() {
        Seen last = seen;
        return last != null && nanoTime.getAsLong() - last.askedNanos <= maxAgeNanos ? last.version : null;
    }

    @Override
    public Mono<String> current() {
        return Mono.defer(() -> {
            String known = known();
            return known != null ? Mono.just(known) : asked();
        });
    }

    private Mono<String> asked() {
        Mono<String> present = underWay.get();
        if (present != null) {
            return present;
        }
        Mono<String> mine = Mono.defer(this::ask).cache();
        Mono<String> other = underWay.compareAndExchange(null, mine);
        return other == null ? mine : other;
    }

    private Mono<String> ask() {
        long asked = nanoTime.getAsLong();
        Headers headers = Headers.of("Host", url.getRawAuthority(), "Accept", "*/*");
        return origins.call(new OriginRequest("GET", url, headers, null, TIMEOUTS, null))
                .flatMap(UrlVersion::version)
                .timeout(LIMIT)
                .onErrorResume(failure -> {
                    Seen last = seen;
                    log.warn("{} does not tell the version ({}); the last one stays", url, failure.getMessage());
                    return Mono.just(last == null ? "" : last.version);
                })
                .doOnNext(version -> {
                    seen = new Seen(version, asked);
                    underWay.set(null);
                });
    }

    /** What is not wanted of an answer is dropped on Reactor's own threads: it takes no time, and a poll has none of its own. */
    private static Mono<String> version(OriginAnswer answer) {
        String etag = answer.headers().first("ETag");
        if (answer.status() != 200) {
            answer.drop(Schedulers.parallel());
            return Mono.error(new IllegalStateException("it answered " + answer.status()));
        }
        if (etag != null) {
            answer.drop(Schedulers.parallel());
            return Mono.just(etag);
        }
        return answer.body()
                .reduceWith(ByteArrayOutputStream::new, UrlVersion::append)
                .map(body -> digest(body.toByteArray()));
    }

    private static ByteArrayOutputStream append(ByteArrayOutputStream body, ByteBuf chunk) {
        byte[] bytes = ByteBufUtil.getBytes(chunk);
        chunk.release();
        if (body.size() + bytes.length > MAX_BODY) {
            throw new IllegalStateException("its body is longer than " + MAX_BODY + " bytes");
        }
        body.writeBytes(bytes);
        return body;
    }

    private static String digest(byte[] body) {
        return Sha256.half(Sha256.of(body));
    }
}
