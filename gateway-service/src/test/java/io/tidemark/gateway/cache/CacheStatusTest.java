package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CacheStatusTest {
    @Test
    void writesRfc9211Members() {
        assertThat(CacheStatus.hit(Duration.ofSeconds(42)).text("tidemark-eu-1"))
                .isEqualTo("tidemark-eu-1; hit; ttl=42");
        assertThat(CacheStatus.hit(Duration.ofMillis(-1500)).text("t")).isEqualTo("t; hit; ttl=-2");
        assertThat(CacheStatus.forwarded(FwdReason.URI_MISS)
                        .withStored()
                        .withCollapsed()
                        .withKey("http://a/\"b\"\\é")
                        .text("t"))
                .isEqualTo("t; fwd=uri-miss; stored; collapsed; key=\"http://a/\\\"b\\\"\\\\?\"");
        assertThat(CacheStatus.forwarded(FwdReason.STALE)
                        .withFwdStatus(304)
                        .withTtl(Duration.ofMinutes(1))
                        .withDetail("d")
                        .text("t"))
                .isEqualTo("t; fwd=stale; fwd-status=304; ttl=60; detail=\"d\"");
    }

    @Test
    void aKeyIsOfCharactersThatAFieldCanHaveAndNotTooLong() {
        assertThat(CacheStatus.hit(Duration.ZERO).withKey("\u001f !~\u007f").text("t"))
                .isEqualTo("t; hit; ttl=0; key=\"? !~?\"");
        String longest = "k".repeat(2048);
        assertThat(CacheStatus.hit(Duration.ZERO).withKey(longest).key()).isEqualTo(longest);
        assertThat(CacheStatus.hit(Duration.ZERO).withKey(longest + 'k').key()).isNull();
    }

    @Test
    void knowsAllReasons() {
        assertThat(FwdReason.values())
                .extracting(FwdReason::label)
                .containsExactly("bypass", "method", "uri-miss", "vary-miss", "miss", "request", "stale", "partial");
    }
}
