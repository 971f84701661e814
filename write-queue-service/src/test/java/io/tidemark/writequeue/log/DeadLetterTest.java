package io.tidemark.writequeue.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contracts.RecordCodec.UnknownSchemaException;
import io.tidemark.contracts.RecordCodec.UnreadableRecordException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A record that the service of 2026-11-22 wrote: it is read, and written octet for octet, so that service reads this one's. */
class DeadLetterTest {
    private static String golden() throws IOException {
        try (InputStream in = DeadLetterTest.class.getResourceAsStream("/records/dead-letter.json")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
        }
    }

    @Test
    void ofTheVersionBeforeIsReadAndWrittenOctetForOctet() throws IOException {
        DeadLetter letter = DeadLetter.decode(golden());
        assertThat(letter.write().writeId()).isEqualTo("2778afc4d8a3cc4587910bddb628ef96");
        assertThat(letter.write().data().path("name").asString()).isEqualTo("redriven");
        assertThat(letter.position()).isZero();
        assertThat(letter.redrives()).isZero();
        assertThat(letter.reason()).isEqualTo("the origin refused it with 400");
        assertThat(letter.at()).isEqualTo(Instant.parse("2026-11-30T15:39:16.977653369Z"));
        assertThat(letter.attempts().at("/0/status").asInt()).isEqualTo(400);
        assertThat(letter.left()).isNull();
        assertThat(letter.encode()).asString(UTF_8).isEqualTo(golden());
    }

    @Test
    void thatHasLeftSaysWhy() throws IOException {
        DeadLetter left = DeadLetter.decode(golden()).left(DeadLetter.REDRIVEN);
        assertThat(left.encode())
                .asString(UTF_8)
                .isEqualTo(golden().replace("\"deadLetter\":{", "\"deadLetter\":{\"left\":\"redriven\","));
        assertThat(DeadLetter.decode(new String(left.encode(), UTF_8)).left()).isEqualTo("redriven");
    }

    @Test
    void mayHaveMembersThatAreNotKnown() throws IOException {
        String more = golden().replace("\"deadLetter\":{", "\"addedLater\":1,\"deadLetter\":{\"addedLater\":[],");
        assertThat(DeadLetter.decode(more)).isEqualTo(DeadLetter.decode(golden()));
    }

    @Test
    void ofAnotherSchemaOrWithoutItsPartIsRefused() throws IOException {
        String golden = golden();
        assertThatThrownBy(() -> DeadLetter.decode(golden.replace("{\"schema\":1", "{\"schema\":3")))
                .isInstanceOf(UnknownSchemaException.class);
        assertThatThrownBy(() -> DeadLetter.decode(golden.replace("{\"schema\":1", "{\"schema\":2")))
                .as("one that is sealed, without what was sealed")
                .isInstanceOf(UnreadableRecordException.class);
        assertThatThrownBy(() -> DeadLetter.decode(golden.replace("\"deadLetter\"", "\"letter\"")))
                .isInstanceOf(UnreadableRecordException.class);
    }
}
