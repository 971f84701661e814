package io.tidemark.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.ResponseHead;
import io.tidemark.gateway.cache.StoredBody;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.http.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StoredResponseCodecTest {
    private static final Instant SENT = Instant.ofEpochMilli(1_700_000_000_000L);

    private static StoredResponse response(StoredBody body, Variant variant) {
        return new StoredResponse(
                new ResponseHead(
                        200,
                        Headers.of("Content-Type", "text/plain", "ETag", "\"é\"", "Set-Cookie", "a", "Set-Cookie", "b"),
                        SENT,
                        SENT.plusMillis(5)),
                variant,
                body,
                new Position("log", 41),
                new PurgeSubject(List.of("shop.example"), "/a", "b=c", Set.of("product:1", "products")));
    }

    @Test
    void howFarTheClocksWereApartIsReadToo() {
        ResponseHead head = new ResponseHead(200, Headers.empty(), SENT, SENT, Duration.ofMinutes(-10));
        StoredResponse written = new StoredResponse(
                head,
                Variant.ONLY,
                text("body"),
                new Position("log", 41),
                new PurgeSubject(List.of("shop.example"), "/a", null, Set.of()));
        StoredResponse read = StoredResponseCodec.decode(StoredResponseCodec.encode(written));
        assertThat(read.head().skew()).hasSeconds(-600);
        assertSame(read, written);
    }

    private static StoredBody text(String text) {
        return StoredBody.complete(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertSame(StoredResponse read, StoredResponse written) {
        assertThat(read.status()).isEqualTo(written.status());
        assertThat(read.headers()).isEqualTo(written.headers());
        assertThat(read.head().requestTime()).isEqualTo(written.head().requestTime());
        assertThat(read.head().responseTime()).isEqualTo(written.head().responseTime());
        assertThat(read.variant()).isEqualTo(written.variant());
        assertThat(read.filledAt()).isEqualTo(written.filledAt());
        assertThat(read.subject()).isEqualTo(written.subject());
        assertThat(read.body().bytes()).isEqualTo(written.body().bytes());
        assertThat(read.body().first()).isEqualTo(written.body().first());
        assertThat(read.body().completeLength()).isEqualTo(written.body().completeLength());
    }

    @Test
    void whatIsWrittenIsRead() {
        for (StoredResponse written : List.of(
                response(text("body"), Variant.ONLY),
                response(text(""), new Variant(List.of("accept"), List.of("text/html"))),
                response(StoredBody.part(new byte[] {1, 2}, 7, OptionalLong.of(100)), Variant.ONLY),
                response(StoredBody.part(new byte[] {1}, 3, OptionalLong.empty()), Variant.ONLY))) {
            assertSame(StoredResponseCodec.decode(StoredResponseCodec.encode(written)), written);
        }
    }

    @Test
    void everyFlippedBitIsNoticed() {
        byte[] record = StoredResponseCodec.encode(response(text("body"), Variant.ONLY));
        for (int bit = 0; bit < record.length * 8; bit++) {
            byte[] damaged = record.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> StoredResponseCodec.decode(damaged))
                    .isInstanceOf(StoredResponseCodec.UnreadableException.class);
        }
    }

    @Test
    void everyCutIsNoticed() {
        byte[] record = StoredResponseCodec.encode(response(text("body"), Variant.ONLY));
        for (int length = 0; length < record.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(record, length);
            assertThatThrownBy(() -> StoredResponseCodec.decode(cut))
                    .isInstanceOf(StoredResponseCodec.UnreadableException.class);
        }
    }

    @Test
    void theEraserReadsTheHeadWithoutTheBody() {
        StoredResponse written = response(text("x".repeat(10_000)), Variant.ONLY);
        byte[] record = StoredResponseCodec.encode(written);
        var head = new StoredRecordHeads()
                .read(java.util.Arrays.copyOf(record, 600))
                .orElseThrow();
        assertThat(head.filledAt()).isEqualTo(written.filledAt());
        assertThat(head.subject()).isEqualTo(written.subject());
        assertThat(new StoredRecordHeads().read(new byte[] {1, 2, 3})).isEmpty();
    }
}
