package io.tidemark.commons.templates;

/** Data that a template cannot take at one of its places. The same data is refused again. */
public final class UnfillableException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String place;
    private final String detail;

    UnfillableException(String place, String detail) {
        super("{" + place + "} " + detail);
        this.place = place;
        this.detail = detail;
    }

    /** The name between the braces. */
    public String place() {
        return place;
    }

    /** What its value must be, as the end of a sentence. */
    public String detail() {
        return detail;
    }
}
