package io.tidemark.gateway.documents.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.regex.Pattern;

/** A document's name: 1 to 128 letters and digits of ASCII, {@code -} and {@code _}. */
public record DocumentName(String value) {
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    public DocumentName {
        if (!ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException("no name of a document");
        }
    }

    /** What is said to be one. */
    public static Optional<DocumentName> of(String value) {
        return ALLOWED.matcher(value).matches() ? Optional.of(new DocumentName(value)) : Optional.empty();
    }

    /** The document of whose news a channel is. */
    public static DocumentName ofNews(String channel) {
        return new DocumentName(channel.substring(channel.indexOf('{') + 1, channel.indexOf('}')));
    }

    /** One of its keys in Redis; all of them are in one slot. */
    public byte[] key(String what) {
        return ("tidemark:document:{" + value + "}:" + what).getBytes(UTF_8);
    }

    @Override
    public String toString() {
        return value;
    }
}
