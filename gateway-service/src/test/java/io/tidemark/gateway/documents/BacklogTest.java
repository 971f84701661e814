package io.tidemark.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.documents.awareness.Presence;
import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.dialect.YWebSocket;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.documents.Backlog.Added;
import io.tidemark.gateway.documents.Backlog.Waiting;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final byte[] ONE = {1, 'a'};
    private static final byte[] TWO = {1, 'b'};

    private static Waiting waiting(byte[] head, Message message) {
        return new Waiting(head, YWebSocket.write(message), message);
    }

    private static List<Waiting> all(Backlog backlog) {
        List<Waiting> all = new ArrayList<>();
        for (Waiting next = backlog.poll(); next != null; next = backlog.poll()) {
            all.add(next);
        }
        return all;
    }

    @Test
    void whatIsTakenAtOnceKeepsItsOrder() {
        Backlog backlog = new Backlog(1000);
        Waiting first = waiting(ONE, new Message.Edit(DocumentClient.letter(7, 0, "a")));
        Waiting second = new Waiting(ONE, new byte[3], null);

        assertThat(backlog.add(first, false)).isEqualTo(Added.TAKEN);
        assertThat(backlog.add(second, false)).isEqualTo(Added.TAKEN);

        assertThat(all(backlog)).containsExactly(first, second);
    }

    @Test
    void manyMessagesForASlowClientBecomeOneOfEachKindAndDocument() {
        Backlog backlog = new Backlog(100_000);
        List<Update> edits = new ArrayList<>();
        Waiting own = new Waiting(ONE, new byte[] {3}, null);
        backlog.add(own, true);
        backlog.add(waiting(TWO, new Message.Edit(DocumentClient.letter(9, 0, "z"))), true);
        backlog.add(waiting(ONE, new Message.Edit(DocumentClient.letter(7, 0, "a"))), true);
        Added added = Added.TAKEN;
        for (int i = 0; added == Added.TAKEN; i++) {
            Update edit = DocumentClient.letter(7, i, "a");
            edits.add(edit);
            backlog.add(waiting(ONE, new Message.Edit(edit)), true);
            added = backlog.add(waiting(ONE, new Message.Present(List.of(new Presence(7, i, "{}")))), true);
        }
        assertThat(added).isEqualTo(Added.TO_BE_FOLDED);

        assertThat(backlog.fold()).isTrue();

        assertThat(all(backlog).stream().map(Waiting::message))
                .hasSize(4)
                .contains(
                        own.message(),
                        new Message.Edit(Update.merge(edits)),
                        new Message.Edit(DocumentClient.letter(9, 0, "z")),
                        new Message.Present(List.of(new Presence(7, edits.size() - 1, "{}"))));
    }

    @Test
    void whatIsTooMuchIsFirstPutTogetherAndThenFull() {
        Backlog backlog = new Backlog(200);
        Added added = Added.TAKEN;
        for (int i = 0; added == Added.TAKEN; i++) {
            added = backlog.add(waiting(ONE, new Message.Edit(DocumentClient.letter(7, i, "a"))), true);
        }
        assertThat(added).isEqualTo(Added.TO_BE_FOLDED);
        assertThat(backlog.add(waiting(ONE, new Message.Edit(DocumentClient.letter(8, 0, "b"))), true))
                .as("while they are put together")
                .isEqualTo(Added.TAKEN);
        assertThat(backlog.fold()).isTrue();

        added = Added.TAKEN;
        for (int client = 0; added == Added.TAKEN; client++) {
            Presence presence = new Presence(client, 1, '"' + "x".repeat(100) + '"');
            added = backlog.add(waiting(ONE, new Message.Present(List.of(presence))), true);
        }
        assertThat(added).isEqualTo(Added.TO_BE_FOLDED);
        assertThat(backlog.fold()).as("it is too much all the same").isFalse();
    }

    @Test
    void oneLargeFrameIsTakenWhenNothingWaits() {
        Backlog backlog = new Backlog(200);

        assertThat(backlog.add(new Waiting(ONE, new byte[5000], null), true)).isEqualTo(Added.TAKEN);
        assertThat(backlog.add(new Waiting(ONE, new byte[1], null), true)).isEqualTo(Added.FULL);
    }

    @Test
    void aClientMaySendSoMuchInASecondAndTenTimesAsMuchAfterARest() {
        long second = 1_000_000_000L;
        FrameRate rate = new FrameRate(5, 1000, 0);
        for (int i = 0; i < 50; i++) {
            assertThat(rate.take(1, 0)).isTrue();
        }
        assertThat(rate.take(1, 0)).isFalse();
        FrameRate octets = new FrameRate(1000, 100, 0);
        assertThat(octets.take(1000, 0)).isTrue();
        assertThat(octets.take(100, second)).isTrue();
        assertThat(octets.take(101, 2 * second)).isFalse();
        FrameRate rested = new FrameRate(5, 1000, 0);
        assertThat(rested.take(1, 100 * second)).isTrue();
        assertThat(rested.take(10_000, 100 * second)).isFalse();
    }
}
