package io.tidemark.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.ResponseHead;
import io.tidemark.gateway.cache.StoredBody;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.http.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Stored responses as the state of 2026-11-22 laid them out, octets that its own classes made, and the names under which it put
 * them into Redis. They are read, and written as the same octets, so that gateways of both versions share one Redis. A
 * change of them needs a new version number.
 */
class OlderStoredResponsesTest {
    private static final Instant SENT = Instant.ofEpochMilli(1_767_225_600_000L);

    /** A file of {@code records/}, without its ending, and what is in it. */
    record Golden(String file, StoredResponse response) {
        byte[] octets() {
            return OlderStoredResponsesTest.octets(file);
        }

        @Override
        public String toString() {
            return file;
        }
    }

    static Stream<Golden> records() {
        return Stream.of(
                new Golden(
                        "complete",
                        new StoredResponse(
                                new ResponseHead(
                                        200,
                                        Headers.of(
                                                "Content-Type",
                                                "text/plain",
                                                "ETag",
                                                "\"é\"",
                                                "Set-Cookie",
                                                "a",
                                                "Set-Cookie",
                                                "b"),
                                        SENT,
                                        SENT.plusMillis(5)),
                                Variant.ONLY,
                                StoredBody.complete("body".getBytes(StandardCharsets.UTF_8)),
                                new Position("Epoch_1-a", 41),
                                new PurgeSubject(List.of("shop.example", "origin"), "/a", "b=c", Set.of("product:1")))),
                new Golden(
                        "variant",
                        new StoredResponse(
                                new ResponseHead(404, Headers.of("Vary", "Accept-Language"), SENT, SENT),
                                new Variant(List.of("accept-language"), List.of("de")),
                                StoredBody.complete(new byte[0]),
                                new Position("e", Position.NOTHING_APPLIED),
                                new PurgeSubject(List.of("shop.example"), "/v", null, Set.of()))),
                new Golden(
                        "part",
                        new StoredResponse(
                                new ResponseHead(206, Headers.of("ETag", "\"1\""), SENT, SENT),
                                Variant.ONLY,
                                StoredBody.part(new byte[] {1, 2}, 7, OptionalLong.of(100)),
                                new Position("e", 1L << 40),
                                new PurgeSubject(List.of("shop.example"), "/p", "", Set.of("t")))),
                new Golden(
                        "part-of-unknown",
                        new StoredResponse(
                                new ResponseHead(206, Headers.of("ETag", "\"1\""), SENT, SENT),
                                Variant.ONLY,
                                StoredBody.part(new byte[] {1}, 3, OptionalLong.empty()),
                                new Position("e", 1),
                                new PurgeSubject(List.of("shop.example"), "/p", null, Set.of("t")))));
    }

    private static byte[] octets(String file) {
        try (InputStream in = OlderStoredResponsesTest.class.getResourceAsStream("/records/" + file + ".hex")) {
            String lines = new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(lines.replaceAll("\\s", ""));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @ParameterizedTest
    @MethodSource("records")
    void areRead(Golden golden) {
        StoredResponse read = StoredResponseCodec.decode(golden.octets());
        StoredResponse expected = golden.response();
        assertThat(read.status()).isEqualTo(expected.status());
        assertThat(read.headers()).isEqualTo(expected.headers());
        assertThat(read.head().requestTime()).isEqualTo(expected.head().requestTime());
        assertThat(read.head().responseTime()).isEqualTo(expected.head().responseTime());
        assertThat(read.head().skew()).isZero();
        assertThat(read.variant()).isEqualTo(expected.variant());
        assertThat(read.filledAt()).isEqualTo(expected.filledAt());
        assertThat(read.subject()).isEqualTo(expected.subject());
        assertThat(read.body().bytes()).isEqualTo(expected.body().bytes());
        assertThat(read.body().first()).isEqualTo(expected.body().first());
        assertThat(read.body().completeLength()).isEqualTo(expected.body().completeLength());
    }

    @ParameterizedTest
    @MethodSource("records")
    void areWrittenOctetForOctet(Golden golden) {
        assertThat(hex(StoredResponseCodec.encode(golden.response()))).isEqualTo(hex(golden.octets()));
    }

    @ParameterizedTest
    @MethodSource("records")
    void areFoundByTheEraser(Golden golden) {
        assertThat(new StoredRecordHeads().read(golden.octets()))
                .contains(new StoredRecordHead(
                        golden.response().subject(), golden.response().filledAt()));
    }

    @ParameterizedTest
    @MethodSource("records")
    void haveTheirPartsWhereScriptsLookForThem(Golden golden) {
        byte[] octets = golden.octets();
        Position filledAt = golden.response().filledAt();
        assertThat(ByteBuffer.wrap(octets).getLong(StoredResponseCodec.POSITION_AT))
                .isEqualTo(filledAt.offset() + 1);
        assertThat(Arrays.copyOfRange(octets, StoredResponseCodec.VARIANT_AT, StoredResponseCodec.EPOCH_AT))
                .isEqualTo(VariantDigest.of(golden.response().variant()));
        int epoch = StoredResponseCodec.EPOCH_AT + 1;
        assertThat((int) octets[StoredResponseCodec.EPOCH_AT])
                .isEqualTo(filledAt.epoch().length());
        assertThat(Arrays.copyOfRange(octets, epoch, epoch + filledAt.epoch().length()))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo(filledAt.epoch());
    }

    /** Since 2026-11-30, and only where clocks were known to differ. The version before ends at the body. */
    @Test
    void aSkewOfClocksStandsBehindAllThatTheVersionBeforeReads() {
        StoredResponse before = StoredResponseCodec.decode(octets("complete"));
        ResponseHead skewed = new ResponseHead(
                before.status(),
                before.headers(),
                before.head().requestTime(),
                before.head().responseTime(),
                Duration.ofMinutes(-10));
        byte[] octets = StoredResponseCodec.encode(
                new StoredResponse(skewed, before.variant(), before.body(), before.filledAt(), before.subject()));
        byte[] shorter = Arrays.copyOf(octets, octets.length - Long.BYTES);
        assertThat(hex(octets)).isEqualTo(hex(octets("complete-skewed")));
        assertThat(hex(withChecksum(shorter))).isEqualTo(hex(octets("complete")));
        assertThat(StoredResponseCodec.decode(octets("complete-skewed")).head().skew())
                .hasSeconds(-600);
    }

    @Test
    void whatAVersionToComeAddsBehindIsPassedOver() {
        byte[] octets = octets("complete-skewed");
        byte[] longer = withChecksum(Arrays.copyOf(octets, octets.length + 5));
        assertThat(StoredResponseCodec.decode(longer).head().skew()).hasSeconds(-600);
    }

    @Test
    void ofAVersionToComeAreNoneToThisOne() {
        byte[] octets = octets("complete");
        octets[2] = 2;
        assertThatThrownBy(() -> StoredResponseCodec.decode(octets))
                .isInstanceOf(StoredResponseCodec.UnreadableException.class)
                .hasMessage("version 2; this gateway reads 1");
        assertThat(new StoredRecordHeads().read(octets)).isEmpty();
    }

    @Test
    void areWhereTheyWere() {
        PresentedRequest request = new PresentedRequest(
                "GET",
                "https",
                "shop.example",
                "/a/b",
                "b=2&a=1",
                Headers.of("Accept-Language", "de", "Cookie", "c=1"));
        CacheKey key = CacheKey.of("products", request);
        assertThat(SharedStore.responseKey(key)).isEqualTo("tidemark:{b541f6f76026ffb46fca452e3e7de4cd}:response");
        assertThat(SharedStore.responseKey(key.underVersion("7")))
                .isEqualTo("tidemark:{997c134bef4a56b3c3b73b6b0ac641ab}:response");
        assertThat(SharedStore.responseKey(new CacheKey("r", "http", "h", "/", null, "")))
                .isEqualTo("tidemark:{afcab244d33c0ee50fc00dd39b252258}:response");
        assertThat(hex(VariantDigest.of(new Variant(List.of("accept-language"), List.of("de")))))
                .isEqualTo("2a0dea7ecb698da7a9dbf20da2c26dcf");
    }

    private static byte[] withChecksum(byte[] octets) {
        CRC32C checksum = new CRC32C();
        int from = StoredResponseCodec.POSITION_AT;
        checksum.update(octets, from, octets.length - from);
        ByteBuffer.wrap(octets).putInt(StoredResponseCodec.CHECKSUM_AT, (int) checksum.getValue());
        return octets;
    }

    private static String hex(byte[] octets) {
        return HexFormat.of().formatHex(octets);
    }
}
