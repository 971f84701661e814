package io.tidemark.originstub.effects;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * An append-only file of JSON lines, or nothing at all where effects need not outlive the process. An appended line
 * survives the end of the process, not that of the machine: it is not forced to the disk. Not thread-safe.
 *
 * @param <T> what a line holds
 */
public final class Journal<T> implements AutoCloseable {
    private static final byte NEWLINE = '\n';

    private final JsonMapper mapper;
    private final Class<T> type;
    private final @Nullable FileChannel file;

    private Journal(JsonMapper mapper, Class<T> type, @Nullable FileChannel file) {
        this.mapper = mapper;
        this.type = type;
        this.file = file;
    }

    /**
     * Opens the journal and hands over what it holds, oldest first. A last line that was cut off is removed: nobody was
     * told that it was written.
     *
     * @param folder where it is, null for a journal that keeps nothing
     * @throws UncheckedIOException if the file cannot be used
     */
    public static <T> Journal<T> open(
            @Nullable Path folder, String name, Class<T> type, JsonMapper mapper, Consumer<T> replay) {
        if (folder == null) {
            return new Journal<>(mapper, type, null);
        }
        try {
            Files.createDirectories(folder);
            FileChannel file = FileChannel.open(
                    folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Journal<T> journal = new Journal<>(mapper, type, file);
            journal.replay(Files.readAllBytes(folder.resolve(name)), replay, file);
            return journal;
        } catch (IOException unusable) {
            throw new UncheckedIOException("stub.data-dir: cannot use " + folder.resolve(name), unusable);
        }
    }

    private void replay(byte[] content, Consumer<T> consumer, FileChannel file) throws IOException {
        int start = 0;
        for (int i = 0; i < content.length; i++) {
            if (content[i] == NEWLINE) {
                try {
                    consumer.accept(mapper.readValue(content, start, i - start, type));
                } catch (JacksonException unreadable) {
                    throw new IOException("the line at byte " + start + " is no entry of the journal", unreadable);
                }
                start = i + 1;
            }
        }
        file.truncate(start);
        file.position(start);
    }

    /**
     * Appends an entry.
     *
     * @throws UncheckedIOException if it could not be written
     */
    public void append(T entry) {
        if (file == null) {
            return;
        }
        byte[] json = mapper.writeValueAsBytes(entry);
        ByteBuffer line =
                ByteBuffer.allocate(json.length + 1).put(json).put(NEWLINE).flip();
        try {
            while (line.hasRemaining()) {
                var _ = file.write(line);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write to the journal", failed);
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
