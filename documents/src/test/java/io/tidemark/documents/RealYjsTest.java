package io.tidemark.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.documents.lib0.ByteReader;
import io.tidemark.documents.lib0.ByteWriter;
import io.tidemark.documents.update.StateVector;
import io.tidemark.documents.update.Update;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Against Yjs itself: random documents of every type, their updates split, joined, repeated, reordered, with and without gaps.
 * What is merged here must be to Yjs what the updates are, octet by octet of the document that comes of it.
 *
 * <p>{@code -Ddocuments.cases=100000 -Ddocuments.seed=7} does more of them, or others; a failed case is named with its seed.
 */
class RealYjsTest {
    private static final int BATCH = 50;

    @Test
    void updatesAreToYjsWhatTheyWereBefore() throws Exception {
        int cases = Integer.getInteger("documents.cases", 800);
        Process node = RealYjs.start(
                "peer.mjs",
                Long.toString(Long.getLong("documents.seed", 1)),
                Integer.toString(cases),
                Integer.toString(BATCH));
        CompletableFuture<String> said = CompletableFuture.supplyAsync(() -> {
            try {
                return new String(node.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException failed) {
                return failed.toString();
            }
        });
        try (DataInputStream in = new DataInputStream(node.getInputStream());
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(node.getOutputStream()))) {
            for (int length = in.readInt(); length > 0; length = in.readInt()) {
                byte[] answer = answer(new ByteReader(in.readNBytes(length)));
                out.writeInt(answer.length);
                out.write(answer);
                out.flush();
            }
            RealYjs.endedWell(node, said.get());
        } catch (EOFException ended) {
            assertThat(said.get()).as("node ended early").isEmpty();
        } finally {
            node.destroy(); // a no-op once it has ended
        }
        assertThat(said.get()).contains(cases + " cases, 0 failed");
        System.out.print(said.get());
    }

    private static byte[] answer(ByteReader asked) {
        ByteWriter answer = new ByteWriter(1 << 16);
        for (int left = asked.count(1); left > 0; left--) {
            List<Update> updates = new ArrayList<>();
            for (int more = asked.count(1); more > 0; more--) {
                updates.add(Update.read(asked.buffer()));
            }
            StateVector vector = StateVector.read(asked.buffer());
            Update merged = Update.merge(updates);
            int half = updates.size() / 2;
            Update halves = Update.merge(List.of(
                    Update.merge(updates.subList(half, updates.size())).compacted(),
                    Update.merge(updates.subList(0, half))));
            Update first = updates.isEmpty() ? Update.EMPTY : updates.getFirst();
            Update compacted = merged.compacted();
            assertThat(compacted.vector()).isEqualTo(merged.vector());
            answer.buffer(merged.bytes())
                    .buffer(halves.bytes())
                    .buffer(first.vector().bytes())
                    .buffer(merged.vector().bytes())
                    .buffer(merged.since(vector).bytes())
                    .buffer(compacted.bytes());
        }
        return answer.toByteArray();
    }
}
