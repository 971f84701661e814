package io.tidemark.documents.awareness;

import io.tidemark.documents.lib0.ByteReader;
import io.tidemark.documents.lib0.ByteWriter;
import io.tidemark.documents.lib0.Json;
import io.tidemark.documents.lib0.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** States of clients as they are sent: how many, and of each the client, its clock and JSON or {@code null}. */
public final class AwarenessUpdate {
    private static final int LEAST = 3;

    private AwarenessUpdate() {}

    /**
     * What a client or a gateway has sent.
     *
     * @param mostOctets of one state
     * @throws MalformedException if it is none, a state is longer or no JSON, or more follows
     */
    public static List<Presence> read(byte[] bytes, int mostOctets) {
        ByteReader reader = new ByteReader(bytes);
        int count = reader.count(LEAST);
        List<Presence> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long client = reader.integer();
            long clock = reader.integer();
            byte[] state = reader.buffer();
            if (state.length > mostOctets) {
                throw reader.malformed("state that is too long");
            }
            Json.check(state, 0, state.length);
            String json = new String(state, StandardCharsets.UTF_8);
            all.add(new Presence(client, clock, json.strip().equals("null") ? null : json));
        }
        if (reader.remaining() > 0) {
            throw reader.malformed("more than states");
        }
        return all;
    }

    /** As clients read it. */
    public static byte[] write(Collection<Presence> all) {
        ByteWriter writer = new ByteWriter(8 + all.size() * 64);
        writer.integer(all.size());
        for (Presence one : all) {
            String state = one.state();
            writer.integer(one.client()).integer(one.clock()).string(state == null ? "null" : state);
        }
        return writer.toByteArray();
    }
}
