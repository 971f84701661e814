package io.tidemark.invalidation.sources;

/** What came out of verifying a signed request. */
public sealed interface Verification {
    /**
     * Signed by the source.
     *
     * @param id what makes this message one, for replay protection
     */
    record Genuine(String id) implements Verification {}

    /** Not to be acted upon. */
    record Refused(Reason reason, String detail) implements Verification {}

    /** Why; the label is the stable end of the problem's type. */
    enum Reason {
        /** A header of the scheme is missing. */
        UNSIGNED("webhook-unsigned", "The request is not signed"),
        /** A header of the scheme cannot be read. */
        MALFORMED("webhook-malformed-signature", "The signature cannot be read"),
        /** No secret of the source makes this signature. */
        MISMATCH("webhook-wrong-signature", "The signature does not match"),
        /** Signed too long ago. */
        TOO_OLD("webhook-too-old", "The request was signed too long ago"),
        /** Signed by a clock that is ahead. */
        FROM_THE_FUTURE("webhook-from-the-future", "The request was signed in the future");

        private final String label;
        private final String title;

        Reason(String label, String title) {
            this.label = label;
            this.title = title;
        }

        public String label() {
            return label;
        }

        public String title() {
            return title;
        }
    }
}
