package io.tidemark.commons.topics;

/** What may come of a topic that is not as it must be. */
public enum Consequence {
    /** What was accepted may be lost. */
    LOSS("loss"),
    /** A gateway that reads the log anew may miss a purge, and serve something old after a receipt. */
    STALE("stale"),
    /** Nothing that was promised; something works less well, or could not be checked. */
    WEAKER("weaker");

    private final String label;

    Consequence(String label) {
        this.label = label;
    }

    /** Its name in metrics and health. */
    public String label() {
        return label;
    }
}
