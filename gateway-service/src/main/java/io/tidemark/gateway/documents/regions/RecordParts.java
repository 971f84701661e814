package io.tidemark.gateway.documents.regions;

import io.tidemark.contracts.DocumentHead;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Puts records together that were sent in parts. What is not complete after a while is of a sender that died, which another one has
 * sent anew. Of one thread.
 */
final class RecordParts {
    static final Duration PATIENCE = Duration.ofMinutes(2);

    /** The most octets of one value: what no sender sends in earnest. */
    private static final long MOST = 512L * 1024 * 1024;

    private final Map<String, Open> open = new HashMap<>();

    /** Where one begins, and what is there of it. */
    private static final class Open {
        private final int partition;
        private final long offset;
        private final long at;
        private final byte[] @Nullable [] parts;
        private int have;

        private Open(int partition, long offset, long at, int of) {
            this.partition = partition;
            this.offset = offset;
            this.at = at;
            this.parts = new byte[of][];
        }
    }

    /**
     * Takes a record.
     *
     * @param at when the broker took it, in milliseconds
     * @return the whole, once it is; null before, and for what cannot be one
     */
    @Nullable
    DocumentRecord add(DocumentRecord record, int partition, long offset, long at) {
        open.values().removeIf(each -> each.partition == partition && at - each.at > PATIENCE.toMillis());
        DocumentHead.Part part = record.head().part();
        if (part == null) {
            return record;
        }
        if (part.of() < 1
                || part.of() > MOST / DocumentRecord.LONGEST
                || part.number() < 0
                || part.number() >= part.of()) {
            return null;
        }
        Open one = open.computeIfAbsent(part.id(), _ -> new Open(partition, offset, at, part.of()));
        if (one.parts.length != part.of() || one.parts[part.number()] != null) {
            return null;
        }
        one.parts[part.number()] = record.value();
        one.have++;
        if (one.have < one.parts.length) {
            return null;
        }
        open.remove(part.id());
        return new DocumentRecord(record.name(), record.head(), join(one.parts));
    }

    private static byte[] join(byte[] @Nullable [] parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part == null ? 0 : part.length;
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            if (part != null) {
                System.arraycopy(part, 0, all, at, part.length);
                at += part.length;
            }
        }
        return all;
    }

    /** The first record of a partition that is still needed: of what is not complete. */
    OptionalLong oldest(int partition) {
        return open.values().stream()
                .filter(one -> one.partition == partition)
                .mapToLong(one -> one.offset)
                .min();
    }

    /** They are read anew. */
    void clear() {
        open.clear();
    }
}
