package io.tidemark.gateway.hit;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DirectBodiesTest {
    private static final int KIB = 1024;

    private final DirectBodies bodies = new DirectBodies(1024 * KIB);

    @Test
    void aLargeBodyIsCopiedOnceForAllAnswers() {
        byte[] body = body(100, 1);

        ByteBuf first = bodies.of(body);
        ByteBuf second = bodies.of(body);

        assertThat(second.isDirect()).isTrue();
        assertThat(second.memoryAddress()).isEqualTo(first.memoryAddress());
        assertThat(ByteBufUtil.getBytes(second)).isEqualTo(body);
        first.release();
        second.release();
    }

    @Test
    void answersThatHaveBeenReadDoNotShortenOthers() {
        byte[] body = body(100, 1);
        bodies.of(body).skipBytes(body.length).release();

        assertThat(bodies.of(body).readableBytes()).isEqualTo(body.length);
    }

    @Test
    void aSmallBodyAndOneThatWouldTakeMostOfTheRoomStayOnTheHeap() {
        assertThat(bodies.of(body(1, 1)).isDirect()).isFalse();
        assertThat(bodies.of(body(300, 1)).isDirect()).isFalse();
        assertThat(new DirectBodies(0).of(body(100, 1)).isDirect()).isFalse();
        assertThat(bodies.bytes()).isZero();
    }

    @Test
    void copiesTakeNoMoreThanTheirRoomAndAreFreedWhenTheyHaveLeft() {
        List<byte[]> stored = new ArrayList<>();
        List<ByteBuf> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            stored.add(body(100, i));
            answers.add(bodies.of(stored.getLast()));
        }

        assertThat(bodies.bytes()).isBetween(1L, 1024L * KIB);
        for (int i = 0; i < 50; i++) { // an answer under way keeps its bytes, whatever has left
            assertThat(ByteBufUtil.getBytes(answers.get(i))).isEqualTo(stored.get(i));
            answers.get(i).release();
        }
        assertThat(answers.stream()
                        .filter(answer -> answer.refCnt() > 0)
                        .mapToLong(ByteBuf::capacity)
                        .sum())
                .isEqualTo(bodies.bytes());
    }

    @Test
    void bodiesAreToldApartThoughTheyAreEqual() {
        byte[] body = body(100, 1);
        byte[] equal = body.clone();

        assertThat(bodies.of(equal).memoryAddress())
                .isNotEqualTo(bodies.of(body).memoryAddress());
    }

    private static byte[] body(int kib, int content) {
        byte[] body = new byte[kib * KIB];
        Arrays.fill(body, (byte) content);
        return body;
    }
}
