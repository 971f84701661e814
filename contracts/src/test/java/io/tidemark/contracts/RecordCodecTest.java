package io.tidemark.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contracts.RecordCodec.UnreadableRecordException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
    private static final String PURGE = """
        {"schema":1,"id":"p1","source":"catalog","targets":[{"tag":"product:42"},{"all":true}],"mode":"soft",
         "requestId":null,"publishedAt":"2026-01-01T00:00:00Z","added-later":{"x":1}}\
        """;

    @Test
    void readsTheDocumentedPurgeAndIgnoresAFieldAddedLater() {
        assertThat(RecordCodec.PURGE.decode(PURGE.getBytes(UTF_8)))
                .isEqualTo(new Purge(
                        "p1",
                        "catalog",
                        List.of(Target.tag("product:42"), Target.all()),
                        Purge.Mode.SOFT,
                        null,
                        Instant.parse("2026-01-01T00:00:00Z")));
    }

    @Test
    void writesWhatItReads() {
        Watermark watermark = new Watermark(
                1,
                "eu",
                "eu-1",
                "eu-1-a",
                new Position("epoch", 7),
                Watermark.State.SERVING,
                List.of("r"),
                Instant.EPOCH,
                Instant.EPOCH,
                Watermark.Stats.NONE);
        assertThat(RecordCodec.WATERMARK.decode(RecordCodec.WATERMARK.encode(watermark)))
                .isEqualTo(watermark);
        assertThat(new String(RecordCodec.WATERMARK.encode(watermark), UTF_8))
                .contains("\"position\":\"epoch:7\"", "\"state\":\"serving\"", "\"sentAt\":\"1970-01-01T00:00:00Z\"");
        Purge purge = RecordCodec.PURGE.decode(PURGE.getBytes(UTF_8));
        assertThat(RecordCodec.PURGE.decode(RecordCodec.PURGE.encode(purge))).isEqualTo(purge);
    }

    @Test
    void aWatermarkNamesKeysAndAPromotionOne() {
        KeyHoldings keys = new KeyHoldings(
                java.util.Map.of(KeyHoldings.DATA_KEYS, new KeyHoldings.Held(List.of("b", "a"), "a", Instant.EPOCH)),
                1000,
                new KeyHoldings.Counted(java.util.Map.of("a", 2L), java.util.Map.of("s", 2L), Instant.EPOCH));
        Watermark watermark = new Watermark(
                1,
                "eu",
                "eu-1",
                "eu-1-a",
                new Position("epoch", 7),
                Watermark.State.SERVING,
                List.of(),
                Instant.EPOCH,
                Instant.EPOCH,
                Watermark.Stats.NONE,
                keys,
                List.of());
        assertThat(RecordCodec.WATERMARK.decode(RecordCodec.WATERMARK.encode(watermark)))
                .isEqualTo(watermark);
        KeyPromotion promotion = new KeyPromotion(1, KeyHoldings.DATA_KEYS, "eu", "b", Instant.EPOCH);
        assertThat(promotion.scope()).isEqualTo("data-keys/eu");
        byte[] record = RecordCodec.KEY_PROMOTION.encode(promotion);
        assertThat(new String(record, UTF_8))
                .isEqualTo("{\"schema\":1,\"set\":\"data-keys\",\"region\":\"eu\",\"key\":\"b\","
                        + "\"promotedAt\":\"1970-01-01T00:00:00Z\"}");
        assertThat(RecordCodec.KEY_PROMOTION.decode(record)).isEqualTo(promotion);
        assertThat(new KeyPromotion(1, KeyHoldings.KEYS, null, "b", Instant.EPOCH).scope())
                .isEqualTo("keys");
    }

    @Test
    void aHeadOfADocumentIsReadAsItIsWritten() {
        DocumentHead edits = DocumentHead.of(DocumentHead.Kind.EDITS, "eu")
                .withOwner("k.o")
                .withEdits(new DocumentHead.Edits("e", 7, 9))
                .withPart(new DocumentHead.Part("p", 0, 2));
        byte[] record = RecordCodec.DOCUMENT_HEAD.encode(edits);
        assertThat(new String(record, UTF_8))
                .isEqualTo("{\"schema\":1,\"kind\":\"EDITS\",\"region\":\"eu\",\"owner\":\"k.o\","
                        + "\"edits\":{\"epoch\":\"e\",\"after\":7,\"upTo\":9},"
                        + "\"part\":{\"id\":\"p\",\"number\":0,\"of\":2}}");
        assertThat(RecordCodec.DOCUMENT_HEAD.decode(record)).isEqualTo(edits);
        DocumentHead state = DocumentHead.of(DocumentHead.Kind.STATE, "eu")
                .withFacts(new DocumentHead.Facts("00", 9, 100, 2, null, Instant.EPOCH, true));
        assertThat(RecordCodec.DOCUMENT_HEAD.decode(RecordCodec.DOCUMENT_HEAD.encode(state)))
                .isEqualTo(state);
        DocumentHead erased = DocumentHead.of(DocumentHead.Kind.ERASED, "eu")
                .withErased(new DocumentHead.Erased(Instant.EPOCH, Map.of("redis", 9L, "keys", 1L)));
        assertThat(RecordCodec.DOCUMENT_HEAD.decode(RecordCodec.DOCUMENT_HEAD.encode(erased)))
                .isEqualTo(erased);
        assertThatThrownBy(() -> RecordCodec.DOCUMENT_HEAD.decode(
                        "{\"schema\":1,\"kind\":\"LATER\",\"region\":\"eu\"}".getBytes(UTF_8)))
                .isInstanceOf(UnreadableRecordException.class);
    }

    @Test
    void refusesAnUnknownSchema() {
        assertThatThrownBy(() -> RecordCodec.PURGE.decode(
                        PURGE.replace("\"schema\":1", "\"schema\":2").getBytes(UTF_8)))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessage("Purge record of schema 2; this version reads schema 1");
    }

    @Test
    void namesWhatIsWrongWithATarget() {
        assertThatThrownBy(() -> RecordCodec.PURGE.decode(
                        PURGE.replace("\"tag\"", "\"tug\"").getBytes(UTF_8)))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("unknown target \"tug\"");
    }

    @Test
    void aPositionIsReadAsItIsWritten() {
        assertThat(Position.parse("a-b_c:-1")).isEqualTo(new Position("a-b_c", -1));
        assertThat(new Position("a", 12)).hasToString("a:12");
        for (String bad : List.of("", "a", "a:", ":1", "a:x", "a:-2", "a:b:1")) {
            assertThatThrownBy(() -> Position.parse(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
