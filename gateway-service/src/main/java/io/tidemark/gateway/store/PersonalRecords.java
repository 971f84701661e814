package io.tidemark.gateway.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.state.keys.Sealer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Records of one user's responses, as they lie in Redis: {@code 'T' 'M' 0x81}, four zeros, what scripts compare of a
 * {@link StoredResponseCodec} record (its position, variant and epoch), then the whole record sealed, bound to its key and
 * to what stands before.
 * The eraser cannot read it, so any purge deletes it. Thread-safe.
 */
public final class PersonalRecords {
    private static final byte SEALED = (byte) 0x81;
    private static final int VERSION_AT = 2;
    private static final int COMPARED_FROM = 7;
    private static final int EPOCH_LENGTH_AT = 31;

    private final Sealer sealer;
    private final MeterRegistry metrics;

    public PersonalRecords(Sealer sealer, MeterRegistry metrics) {
        this.sealer = sealer;
        this.metrics = metrics;
    }

    /**
     * Seals one.
     *
     * @param name of the key that it will lie under
     */
    byte[] seal(byte[] record, String name) {
        int length = EPOCH_LENGTH_AT + 1 + record[EPOCH_LENGTH_AT];
        byte[] head = Arrays.copyOf(record, length);
        head[VERSION_AT] = SEALED;
        Arrays.fill(head, VERSION_AT + 1, COMPARED_FROM, (byte) 0);
        byte[] sealed = sealer.seal(record, place(name, head));
        return ByteBuffer.allocate(length + sealed.length).put(head).put(sealed).array();
    }

    /** Null if it cannot be opened; then it counts as absent. */
    byte @Nullable [] open(byte[] lying, String name) {
        int length = lying.length <= EPOCH_LENGTH_AT ? -1 : EPOCH_LENGTH_AT + 1 + lying[EPOCH_LENGTH_AT];
        if (length <= EPOCH_LENGTH_AT || length > lying.length || lying[VERSION_AT] != SEALED) {
            return refused(Sealer.Unreadable.DAMAGED);
        }
        byte[] head = Arrays.copyOf(lying, length);
        return switch (sealer.open(Arrays.copyOfRange(lying, length, lying.length), place(name, head))) {
            case Sealer.Plain plain -> plain.bytes();
            case Sealer.Unreadable reason -> refused(reason);
        };
    }

    private byte @Nullable [] refused(Sealer.Unreadable reason) {
        String label = reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
        metrics.counter("tidemark.state.unreadable", "reason", label).increment();
        return null;
    }

    private static String place(String name, byte[] head) {
        return name + '/' + HexFormat.of().formatHex(head);
    }
}
