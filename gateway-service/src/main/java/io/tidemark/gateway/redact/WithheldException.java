package io.tidemark.gateway.redact;

import java.util.Locale;

/** A body that cannot be redacted, and so goes nowhere. */
final class WithheldException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why; the label is the metric tag, and the problem's {@code reason}. */
    enum Reason {
        /** Its type is not JSON's. */
        NOT_JSON,
        /** It has a Content-Encoding, though none was asked for. */
        ENCODED,
        /** It is a part of one (206), though the whole was asked for. */
        PARTIAL,
        /** It is no JSON, or JSON that can be read in two ways: a member twice, something behind the value. */
        MALFORMED,
        /** It ends too soon. */
        CUT_OFF,
        /** It is longer than may be. */
        TOO_LARGE,
        /** Its arrays and objects lie in each other deeper than may be. */
        TOO_DEEP;

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Reason reason;

    WithheldException(Reason reason) {
        super(reason.label(), null, false, false);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
