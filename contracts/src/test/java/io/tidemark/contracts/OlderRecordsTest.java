package io.tidemark.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contracts.RecordCodec.UnknownSchemaException;
import io.tidemark.contracts.RecordCodec.UnreadableRecordException;
import io.tidemark.contracts.Target.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Records of every topic as the state of 2026-11-22 wrote them: octets that its own classes made. They are read, and what is
 * read is written as the same octets, so that version reads what this one writes. A change of these files is a change of a
 * contract: it needs a new schema number, and a version before it that reads both.
 */
class OlderRecordsTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Instant AT = Instant.parse("2026-01-01T00:00:00.123Z");

    /** A file of {@code records/}, without its ending, and what is in it. */
    record Golden<T>(String file, RecordCodec<T> codec, T value) {
        byte[] bytes() {
            return octets(file);
        }

        @Override
        public String toString() {
            return file;
        }
    }

    static Stream<Golden<?>> records() {
        return Stream.of(
                new Golden<>(
                        "purge",
                        RecordCodec.PURGE,
                        new Purge(
                                "p1",
                                "catalog",
                                List.of(
                                        Target.url("https://shop.example/a?b=c"),
                                        Target.tag("product:42"),
                                        new Target(Kind.PREFIX, "/a/"),
                                        new Target(Kind.PATTERN, "/a/*/b/**"),
                                        new Target(Kind.HOST, "shop.example"),
                                        Target.all()),
                                Purge.Mode.HARD,
                                "r1",
                                AT)),
                new Golden<>(
                        "purge-soft",
                        RecordCodec.PURGE,
                        new Purge("p2", "write-queue", List.of(Target.tag("é")), Purge.Mode.SOFT, null, AT)),
                new Golden<>(
                        "watermark",
                        RecordCodec.WATERMARK,
                        new Watermark(
                                1,
                                "eu",
                                "eu-1",
                                "eu-1-a",
                                new Position("Epoch_1-a", 7),
                                Watermark.State.SERVING,
                                List.of("live"),
                                AT,
                                AT,
                                new Watermark.Stats(1, 2, 3, 4, 5, 6, 7))),
                new Golden<>(
                        "watermark-replaying",
                        RecordCodec.WATERMARK,
                        new Watermark(
                                1,
                                "eu",
                                "eu-1",
                                "eu-1-b",
                                new Position("unread", Position.NOTHING_APPLIED),
                                Watermark.State.REPLAYING,
                                List.of(),
                                Instant.EPOCH,
                                AT,
                                Watermark.Stats.NONE)),
                new Golden<>(
                        "erasure", RecordCodec.ERASURE, new Erasure(1, "eu", new Position("e", 7), "p1", 3, 12, AT)),
                new Golden<>(
                        "preview",
                        RecordCodec.PREVIEW,
                        new Preview(1, "q1", List.of(Target.tag("product:42"), Target.all()), AT)),
                new Golden<>(
                        "preview-count",
                        RecordCodec.PREVIEW_COUNT,
                        new PreviewCount(1, "q1", "eu", "eu-1", "eu-1-a", 2, 30)),
                new Golden<>(
                        "inquiry", RecordCodec.INQUIRY, new Inquiry(1, "q1", null, "http://shop.example/p/1", AT, AT)),
                new Golden<>(
                        "inquiry-answer",
                        RecordCodec.INQUIRY_ANSWER,
                        new InquiryAnswer(
                                1,
                                "q1",
                                "eu",
                                "eu-1",
                                "eu-1-a",
                                InquiryAnswer.Outcome.KNOWN,
                                AT,
                                Map.of("request", "r1"))),
                new Golden<>(
                        "write",
                        RecordCodec.WRITE,
                        new Write(
                                1,
                                "w1",
                                "product.update",
                                "ann",
                                "k1",
                                "product:42",
                                data("{\"id\":\"42\",\"price\":12.50,\"name\":\"café\",\"tags\":[1,null,true]}"),
                                "r1",
                                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                                AT)),
                new Golden<>(
                        "write-alone",
                        RecordCodec.WRITE,
                        new Write(1, "w2", "order.place", "bob", "k2", "customer:7", data("{}"), null, null, AT)));
    }

    /** As a record's reader has it: with decimals as they were written. */
    private static JsonNode data(String json) {
        String write = "{\"schema\":1,\"writeId\":\"\",\"type\":\"\",\"client\":\"\",\"idempotencyKey\":\"\","
                + "\"orderingKey\":\"\",\"acceptedAt\":\"1970-01-01T00:00:00Z\",\"data\":" + json + '}';
        return RecordCodec.WRITE.decode(write.getBytes(UTF_8)).data();
    }

    private static byte[] octets(String file) {
        try (InputStream in = OlderRecordsTest.class.getResourceAsStream("/records/" + file + ".json")) {
            return Objects.requireNonNull(in, file).readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @ParameterizedTest
    @MethodSource("records")
    <T> void areReadAndWrittenOctetForOctet(Golden<T> golden) {
        assertThat(golden.codec().decode(golden.bytes())).isEqualTo(golden.value());
        assertThat(new String(golden.codec().encode(golden.value()), UTF_8))
                .isEqualTo(new String(golden.bytes(), UTF_8));
    }

    @ParameterizedTest
    @MethodSource("records")
    <T> void mayHaveMembersThatAreNotKnown(Golden<T> golden) {
        String more = new String(golden.bytes(), UTF_8)
                .replace("{\"schema\":1,", "{\"schema\":1,\"addedLater\":{\"x\":[1]},")
                .replace("\"stats\":{", "\"stats\":{\"addedLater\":1,");
        assertThat(more).contains("addedLater");
        assertThat(golden.codec().decode(more.getBytes(UTF_8))).isEqualTo(golden.value());
    }

    @ParameterizedTest
    @MethodSource("records")
    <T> void areRefusedIfTheyAreOfAnotherSchemaOrOfNone(Golden<T> golden) {
        ObjectNode tree = (ObjectNode) JSON.readTree(golden.bytes());
        assertThatThrownBy(() -> golden.codec().decode(JSON.writeValueAsBytes(tree.put("schema", 3))))
                .isInstanceOf(UnknownSchemaException.class);
        tree.remove("schema");
        assertThatThrownBy(() -> golden.codec().decode(JSON.writeValueAsBytes(tree)))
                .isInstanceOf(UnreadableRecordException.class)
                .isNotInstanceOf(UnknownSchemaException.class);
    }

    /** That version took them for purges of everything. */
    @Test
    void mayNameTargetsThatAreNoPlacesAndCoverTheOthersAlone() {
        assertThat(RecordCodec.PURGE.decode(octets("purge-no-place")).targets())
                .extracting(Target::kind)
                .containsExactly(Kind.INVALID, Kind.INVALID, Kind.TAG);
    }

    /** A reader that does not know a word cannot know what it means: a purge then counts as one of everything. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "purge | \"hard\" | \"harder\"",
                "purge | {\"tag\" | {\"label\"",
                "purge | {\"tag\" | {\"more\":1,\"tag\"",
                "purge-soft | \"soft\" | \"softer\"",
                "watermark | \"serving\" | \"draining\"",
                "preview | {\"tag\" | {\"label\"",
            })
    void areRefusedIfAWordIsNotKnown(String file, String word, String other) {
        Golden<?> golden =
                records().filter(each -> each.file().equals(file)).findFirst().orElseThrow();
        String text = new String(golden.bytes(), UTF_8);
        assertThat(text).contains(word);
        assertThatThrownBy(() -> golden.codec().decode(text.replace(word, other).getBytes(UTF_8)))
                .isInstanceOf(UnreadableRecordException.class);
    }

    /** Since 2026-11-30. The version before counts such a record as a purge of everything: readers before writers. */
    @Test
    void aGroupOfOneOriginIsAKindOfItsOwn() {
        Purge purge = new Purge(
                "p4", "gateway", List.of(Target.group("shop.example", "origin", "a b")), Purge.Mode.HARD, "r1", AT);
        assertThat(RecordCodec.PURGE.decode(octets("purge-group"))).isEqualTo(purge);
        assertThat(RecordCodec.PURGE.encode(purge)).asString(UTF_8).isEqualTo(new String(octets("purge-group"), UTF_8));
    }

    /** Since 2026-11-30, as all that is said of erasures: the version before counts it as a purge of everything, and erases nothing. */
    @Test
    void theErasureOfAPersonIsAKindOfItsOwn() {
        Purge purge =
                new Purge("p5", "catalog", List.of(Target.subject("Qm9iIGlzIG5vdCBoZXJl")), Purge.Mode.HARD, "r1", AT);
        assertThat(purge.subjects()).containsExactly("Qm9iIGlzIG5vdCBoZXJl");
        isOctetForOctet("purge-subject", RecordCodec.PURGE, purge);
    }

    @Test
    void aWatermarkSaysWhatItsGatewayErases() {
        Watermark watermark = new Watermark(
                1,
                "eu",
                "eu-1",
                "eu-1-a",
                new Position("Epoch_1-a", 7),
                Watermark.State.SERVING,
                List.of("live"),
                AT,
                AT,
                new Watermark.Stats(1, 2, 3, 4, 5, 6, 7),
                null,
                List.of(Watermark.MEMORY, "sessions"));
        isOctetForOctet("watermark-erases", RecordCodec.WATERMARK, watermark);
        assertThat(RecordCodec.WATERMARK.decode(octets("watermark")).erases()).isEmpty();
    }

    @Test
    void anErasureSaysWhatIsLeftInEachStore() {
        Erasure erasure = new Erasure(
                1,
                "eu",
                new Position("e", 7),
                "p5",
                3,
                12,
                AT,
                Map.of("sessions", new Erasure.Store(3, 0), "keys", new Erasure.Store(0, 1)));
        isOctetForOctet("erasure-subject", RecordCodec.ERASURE, erasure);
    }

    /** The version before stops at it, and delivers nothing of its partition: it would take what is sealed for no data. */
    @Test
    void aSealedWriteIsOfASchemaOfItsOwn() {
        Write sealed = new Write(
                2, "w3", "order.place", "person k.abc", "w3", "key k.def", data("{}"), "r1", null, AT, "AgZr");
        isOctetForOctet("write-sealed", RecordCodec.WRITE, sealed);
        String text = new String(octets("write-sealed"), UTF_8);
        for (String other : List.of(
                text.replace("\"schema\":2", "\"schema\":1"),
                text.replace(",\"sealed\":\"AgZr\"", ""),
                text.replace("\"schema\":2", "\"schema\":3"))) {
            assertThatThrownBy(() -> RecordCodec.WRITE.decode(other.getBytes(UTF_8)))
                    .isInstanceOf(UnreadableRecordException.class);
        }
    }

    private static <T> void isOctetForOctet(String file, RecordCodec<T> codec, T value) {
        assertThat(codec.decode(octets(file))).isEqualTo(value);
        assertThat(codec.encode(value)).asString(UTF_8).isEqualTo(new String(octets(file), UTF_8));
    }
}
