package io.tidemark.documents.awareness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.documents.lib0.MalformedException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AwarenessTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Presence ANNA = new Presence(1, 5, "{\"name\":\"Anna\"}");

    private final Awareness awareness = new Awareness(3);

    @Test
    void isReadAndWrittenAsYProtocolsDoes() {
        byte[] bytes = HexFormat.of().parseHex("0201050f7b226e616d65223a22416e6e61227d" + "0200046e756c6c");
        List<Presence> read = AwarenessUpdate.read(bytes, 4096);

        assertThat(read).containsExactly(ANNA, new Presence(2, 0, null));
        assertThat(AwarenessUpdate.write(read)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "01",
                "0101050f7b",
                "7f010504",
                "010105017b",
                "0101020430303030",
                "0000",
                "0101ffffffffffffffff010130"
            })
    void brokenStatesAreMalformed(String hex) {
        assertThatThrownBy(() -> AwarenessUpdate.read(HexFormat.of().parseHex(hex), 4096))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void aStateThatIsTooLongIsMalformed() {
        byte[] bytes = AwarenessUpdate.write(List.of(ANNA));

        assertThat(AwarenessUpdate.read(bytes, 15)).hasSize(1);
        assertThatThrownBy(() -> AwarenessUpdate.read(bytes, 14)).isInstanceOf(MalformedException.class);
    }

    @Test
    void theHigherClockCounts() {
        assertThat(awareness.apply(List.of(ANNA), NOW)).containsExactly(ANNA);
        assertThat(awareness.apply(List.of(ANNA, new Presence(1, 4, "{}"), new Presence(1, 5, "{}")), NOW))
                .isEmpty();
        Presence moved = new Presence(1, 6, "{}");
        assertThat(awareness.apply(List.of(moved), NOW)).containsExactly(moved);
        assertThat(awareness.known()).containsExactly(moved);
    }

    @Test
    void goneWithTheSameClockIsNewsOnce() {
        awareness.apply(List.of(ANNA), NOW);
        Presence gone = new Presence(1, 5, null);

        assertThat(awareness.apply(List.of(gone), NOW)).containsExactly(gone);
        assertThat(awareness.apply(List.of(gone), NOW)).isEmpty();
    }

    @Test
    void whoseConnectionIsGoneIsWithdrawnAndMayComeBack() {
        awareness.apply(List.of(ANNA), NOW);

        assertThat(awareness.withdraw(List.of(1L, 2L), NOW)).containsExactly(new Presence(1, 5, null));
        assertThat(awareness.withdraw(List.of(1L), NOW)).isEmpty();
        assertThat(awareness.known())
                .as("so that one who comes back says the next clock")
                .hasSize(1);
        assertThat(awareness.apply(List.of(new Presence(1, 6, "{}")), NOW)).hasSize(1);
    }

    @Test
    void whoIsSilentExpiresAndIsForgotten() {
        awareness.apply(List.of(ANNA), NOW);
        awareness.apply(List.of(new Presence(2, 1, "{}")), NOW.plusSeconds(20));
        Duration silence = Duration.ofSeconds(30);

        assertThat(awareness.expire(silence, NOW.plusSeconds(30))).isEmpty();
        assertThat(awareness.expire(silence, NOW.plusSeconds(31))).containsExactly(new Presence(1, 5, null));
        assertThat(awareness.known()).hasSize(2);
        awareness.expire(silence, NOW.plusSeconds(62));
        awareness.expire(silence, NOW.plusSeconds(100));
        assertThat(awareness.known()).isEmpty();
    }

    @Test
    void knowsSoManyAndNoMore() {
        for (int client = 1; client <= 5; client++) {
            awareness.apply(List.of(new Presence(client, 1, "{}")), NOW);
        }

        assertThat(awareness.known()).hasSize(3);
    }
}
