package io.tidemark.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginRequest;
import io.tidemark.gateway.origin.Origins;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A version that counts for a second of a clock that the test moves. */
class UrlVersionTest {
    private static final URI URL = URI.create("http://cms.example/version");
    private static final Duration MAX_AGE = Duration.ofSeconds(1);

    private final Cms cms = new Cms();
    private long now = Long.MAX_VALUE; // it wraps
    private final UrlVersion version = new UrlVersion(cms, URL, MAX_AGE, () -> now);

    private static final class Cms implements Origins {
        private int calls;
        private int status = 200;
        private String tag = "\"1\"";

        @Override
        public Mono<OriginAnswer> call(OriginRequest request) {
            return Mono.fromSupplier(() -> {
                calls++;
                return new OriginAnswer(status, Headers.of("ETag", tag), Instant.EPOCH, Instant.EPOCH, Flux.empty());
            });
        }

        @Override
        public Duration downFor(URI uri) {
            return Duration.ZERO;
        }
    }

    private String current() {
        return String.valueOf(version.current().block(Duration.ofSeconds(30)));
    }

    @Test
    void isAskedForOnceInItsTime() {
        assertThat(version.known()).isNull();
        assertThat(current()).isEqualTo("\"1\"");
        cms.tag = "\"2\"";
        now += MAX_AGE.toNanos();
        assertThat(version.known()).isEqualTo("\"1\"");
        assertThat(current()).isEqualTo("\"1\"");
        assertThat(cms.calls).isEqualTo(1);

        now += 1;
        assertThat(version.known()).isNull();
        assertThat(current()).isEqualTo("\"2\"");
        assertThat(version.known()).isEqualTo("\"2\"");
        assertThat(cms.calls).isEqualTo(2);
    }

    @Test
    void staysForItsTimeAgainWhereTheOriginDoesNotTellIt() {
        current();
        cms.status = 503;
        now += MAX_AGE.toNanos() + 1;
        assertThat(current()).isEqualTo("\"1\"");
        assertThat(version.known()).isEqualTo("\"1\"");
        assertThat(cms.calls).isEqualTo(2);
    }
}
