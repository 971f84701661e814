package io.tidemark.documents.update;

import static io.tidemark.documents.update.StructKind.ANY;
import static io.tidemark.documents.update.StructKind.BINARY;
import static io.tidemark.documents.update.StructKind.COLLECTED;
import static io.tidemark.documents.update.StructKind.DELETED;
import static io.tidemark.documents.update.StructKind.EMBED;
import static io.tidemark.documents.update.StructKind.FORMAT;
import static io.tidemark.documents.update.StructKind.JSON;
import static io.tidemark.documents.update.StructKind.SKIP;
import static io.tidemark.documents.update.StructKind.SUBDOCUMENT;
import static io.tidemark.documents.update.StructKind.TEXT;
import static io.tidemark.documents.update.StructKind.TYPE;

import io.tidemark.documents.lib0.AnyValue;
import io.tidemark.documents.lib0.ByteReader;
import io.tidemark.documents.lib0.MalformedException;

/**
 * Goes through the structs of an update, one at a time, and checks each. Nothing is allocated for a struct: it is where it lies in
 * the array. For one thread.
 */
final class StructCursor {
    private static final int HAS_ORIGIN = 0x80;
    private static final int HAS_RIGHT_ORIGIN = 0x40;
    private static final int HAS_KEY = 0x20;
    private static final int KIND = 0x1F;
    /** The greatest number of a type: text in XML. */
    private static final int LAST_TYPE = 6;

    private static final int XML_ELEMENT = 3;
    private static final int XML_HOOK = 5;

    /** Number of structs, client, clock, and a struct of two octets. */
    private static final int LEAST_SECTION = 5;

    private final ByteReader reader;
    private int sectionsLeft;
    private long structsLeft;
    private boolean startsSection;
    private int sectionAt;
    private int at;
    private int contentAt;
    private int kind;
    private int info;
    private long client = -1;
    private long clock;
    private long length;
    private long originClient;
    private long originClock;
    private long rightClient;
    private long rightClock;

    StructCursor(byte[] bytes) {
        this.reader = new ByteReader(bytes);
        this.sectionsLeft = reader.count(LEAST_SECTION);
    }

    /**
     * Goes on to the next struct.
     *
     * @return false if there is none: {@link #reader()} is at the delete set then
     * @throws MalformedException if it is none that a client could read
     */
    boolean next() {
        clock += length;
        startsSection = structsLeft == 0;
        if (startsSection) {
            if (sectionsLeft == 0) {
                at = reader.at();
                length = 0;
                return false;
            }
            sectionsLeft--;
            sectionAt = reader.at();
            structsLeft = reader.count(2);
            client = reader.integer();
            clock = reader.integer();
            if (structsLeft == 0) {
                throw reader.malformed("client without structs");
            }
        }
        structsLeft--;
        read();
        return true;
    }

    private void read() {
        at = reader.at();
        info = reader.octet();
        kind = info & KIND;
        if (kind == COLLECTED || kind == SKIP) {
            contentAt = reader.at();
            length = reader.integer();
        } else {
            readHead();
            contentAt = reader.at();
            length = readContent();
        }
        if (length == 0) {
            throw reader.malformed("struct without a length");
        }
        if (length > ByteReader.MAX_INTEGER - clock) {
            throw reader.malformed("clock of more than 53 bits");
        }
    }

    private void readHead() {
        if ((info & HAS_ORIGIN) != 0) {
            originClient = reader.integer();
            originClock = reader.integer();
        }
        if ((info & HAS_RIGHT_ORIGIN) != 0) {
            rightClient = reader.integer();
            rightClock = reader.integer();
        }
        if ((info & (HAS_ORIGIN | HAS_RIGHT_ORIGIN)) == 0) {
            long byName = reader.integer();
            if (byName == 1) {
                reader.skipString();
            } else if (byName == 0) {
                reader.integer();
                reader.integer();
            } else {
                throw reader.malformed("neither a name nor a parent");
            }
            if ((info & HAS_KEY) != 0) {
                reader.skipString();
            }
        }
    }

    private long readContent() {
        return switch (kind) {
            case DELETED -> reader.integer();
            case TEXT -> reader.skipString();
            case JSON, ANY -> readValues();
            default -> {
                readOne();
                yield 1;
            }
        };
    }

    private long readValues() {
        int values = reader.count(1);
        for (int i = 0; i < values; i++) {
            if (kind == JSON) {
                reader.skipJson();
            } else {
                AnyValue.skip(reader);
            }
        }
        return values;
    }

    private void readOne() {
        switch (kind) {
            case BINARY -> reader.skipBuffer();
            case EMBED -> reader.skipJson();
            case FORMAT -> {
                reader.skipString();
                reader.skipJson();
            }
            case TYPE -> readType();
            case SUBDOCUMENT -> {
                reader.skipString();
                if (reader.remaining() > 0 && array()[reader.at()] != AnyValue.OBJECT) {
                    throw reader.malformed("options that are no object");
                }
                AnyValue.skip(reader);
            }
            default -> throw reader.malformed("no known content");
        }
    }

    private void readType() {
        long type = reader.integer();
        if (type > LAST_TYPE) {
            throw reader.malformed("no known type");
        }
        if (type == XML_ELEMENT || type == XML_HOOK) {
            reader.skipString();
        }
    }

    ByteReader reader() {
        return reader;
    }

    byte[] array() {
        return reader.array();
    }

    /** Whether it is the first of its client. */
    boolean startsSection() {
        return startsSection;
    }

    /** Where all that the update has of this client begins. */
    int sectionAt() {
        return sectionAt;
    }

    /** Where the struct begins. */
    int at() {
        return at;
    }

    /** Where its content begins, after what it hangs on. */
    int contentAt() {
        return contentAt;
    }

    /** The octet after it. */
    int end() {
        return reader.at();
    }

    int kind() {
        return kind;
    }

    int info() {
        return info;
    }

    long client() {
        return client;
    }

    long clock() {
        return clock;
    }

    long length() {
        return length;
    }

    /** The clock after it. */
    long endClock() {
        return clock + length;
    }

    boolean hasRightOrigin() {
        return (info & HAS_RIGHT_ORIGIN) != 0 && kind != COLLECTED && kind != SKIP;
    }

    long rightClient() {
        return rightClient;
    }

    long rightClock() {
        return rightClock;
    }

    /** Whether it was put right after the clock that precedes its own: what cutting a longer one in two leaves. */
    boolean continuesItself() {
        return (info & HAS_ORIGIN) != 0 && originClient == client && originClock == clock - 1;
    }
}
