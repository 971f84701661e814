package io.tidemark.commons.topics;

/**
 * One thing in which a topic is not as it must be.
 *
 * @param topic its name
 * @param what what is found and what is needed, as a sentence without its full stop
 * @param consequence what may come of it
 * @param remedy the command that mends it, or what else to do
 */
public record Deviation(String topic, String what, Consequence consequence, String remedy) {
    /** All of it, for a log and for health. */
    public String sentence() {
        return topic + ": " + what + ". To mend it: " + remedy;
    }
}
