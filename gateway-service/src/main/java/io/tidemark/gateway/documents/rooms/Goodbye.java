package io.tidemark.gateway.documents.rooms;

import java.util.Locale;
import org.springframework.web.reactive.socket.CloseStatus;

/** Why a connection is closed. Codes from 4400 to 4499 are for good, those from 4500 on and 1012, 1013 for a while. */
public enum Goodbye {
    MALFORMED(4400, "not what a client of documents sends"),
    NOT_ALLOWED(4401, "may not edit, or no longer"),
    READ_ONLY(4403, "may read, not edit"),
    ERASED(4404, "the document was erased"),
    TOO_LARGE(4413, "the document is too large for more"),
    TOO_MANY(4503, "the document has too many connections"),
    TOO_FAST(4529, "more at once than a client may send"),
    LOST(1012, "the store has lost the document: send again what you have"),
    SILENT(1001, "no sign of life"),
    TOO_SLOW(1013, "too much waits to be taken"),
    UNAVAILABLE(1013, "nothing can be stored now");

    private final int code;
    private final String reason;

    Goodbye(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    /** In words. */
    public String reason() {
        return reason;
    }

    /** Whether it is about one document, and another may be had all the same. */
    public boolean endsDocument() {
        return switch (this) {
            case NOT_ALLOWED, READ_ONLY, ERASED, TOO_LARGE, TOO_MANY -> true;
            case MALFORMED, TOO_FAST, LOST, SILENT, TOO_SLOW, UNAVAILABLE -> false;
        };
    }

    public CloseStatus status() {
        return new CloseStatus(code, reason);
    }

    /** For metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
