package io.tidemark.gateway.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Where a record is written to: its length is counted first, then its bytes are written. */
abstract sealed class RecordOutput {
    abstract void number(int width, long value);

    abstract void bytes(byte[] bytes);

    void text(@Nullable String text) {
        if (text == null) {
            number(4, -1);
        } else {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            number(4, bytes.length);
            bytes(bytes);
        }
    }

    void texts(Collection<String> texts) {
        number(4, texts.size());
        texts.forEach(this::text);
    }

    /** Counts. */
    static final class Size extends RecordOutput {
        int bytes;

        @Override
        void number(int width, long value) {
            bytes += width;
        }

        @Override
        void bytes(byte[] written) {
            bytes = Math.addExact(bytes, written.length);
        }
    }

    /** Writes, into a buffer that is large enough. */
    static final class Bytes extends RecordOutput {
        private final ByteBuffer buffer;

        Bytes(ByteBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        void number(int width, long value) {
            switch (width) {
                case 1 -> buffer.put((byte) value);
                case 2 -> buffer.putShort((short) value);
                case 4 -> buffer.putInt((int) value);
                default -> buffer.putLong(value);
            }
        }

        @Override
        void bytes(byte[] bytes) {
            buffer.put(bytes);
        }
    }
}
