package io.tidemark.gateway.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.state.keys.Sealer;
import io.tidemark.state.keys.SubjectSealer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Records of one user's responses, as they lie in Redis: {@code 'T' 'M' 0x81}, four zeros, what scripts compare of a
 * {@link StoredResponseCodec} record (its position, variant and epoch), then the whole record sealed with the user's data key, bound
 * to its name and to what stands before. The eraser cannot read it, so any purge deletes it. Thread-safe.
 */
public final class PersonalRecords {
    private static final byte SEALED = (byte) 0x81;
    private static final int VERSION_AT = 2;
    private static final int COMPARED_FROM = 7;
    private static final int EPOCH_LENGTH_AT = 31;

    private final SubjectSealer sealer;
    private final PersonalIndex index;
    private final MeterRegistry metrics;

    public PersonalRecords(SubjectSealer sealer, PersonalIndex index, MeterRegistry metrics) {
        this.sealer = sealer;
        this.index = index;
        this.metrics = metrics;
    }

    /**
     * Seals one; fails if the user's data key cannot be had.
     *
     * @param name of the key that it will lie under
     * @param user the name that stands for the user
     */
    CompletionStage<byte[]> seal(byte[] record, String name, String user) {
        int length = EPOCH_LENGTH_AT + 1 + record[EPOCH_LENGTH_AT];
        byte[] head = Arrays.copyOf(record, length);
        head[VERSION_AT] = SEALED;
        Arrays.fill(head, VERSION_AT + 1, COMPARED_FROM, (byte) 0);
        return sealer.seal(record, place(name, head), user)
                .thenApply(text -> ByteBuffer.allocate(length + text.length)
                        .put(head)
                        .put(text)
                        .array());
    }

    /** Which responses are whose. */
    PersonalIndex index() {
        return index;
    }

    /** Null if it cannot be opened; then it counts as absent. Fails if it cannot be known: its data key cannot be asked for. */
    CompletionStage<byte @Nullable []> open(byte[] lying, String name) {
        int length = lying.length <= EPOCH_LENGTH_AT ? -1 : EPOCH_LENGTH_AT + 1 + lying[EPOCH_LENGTH_AT];
        if (length <= EPOCH_LENGTH_AT || length > lying.length || lying[VERSION_AT] != SEALED) {
            return CompletableFuture.completedFuture(refused(Sealer.Unreadable.DAMAGED));
        }
        byte[] head = Arrays.copyOf(lying, length);
        return sealer.open(Arrays.copyOfRange(lying, length, lying.length), place(name, head))
                .thenApply(opened -> switch (opened) {
                    case Sealer.Plain plain -> plain.bytes();
                    case Sealer.Unreadable reason -> refused(reason);
                });
    }

    private byte @Nullable [] refused(Sealer.Unreadable reason) {
        metrics.counter("tidemark.state.unreadable", "reason", reason.label()).increment();
        return null;
    }

    private static String place(String name, byte[] head) {
        return name + '/' + HexFormat.of().formatHex(head);
    }
}
