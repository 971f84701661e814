package io.tidemark.gateway.documents.store;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.documents.regions.*}: the other regions that have the same documents.
 *
 * @param others their names; without any, documents are the region's own
 * @param stay how names of documents begin that must not leave the region
 * @param poll how often it is looked whether there is something to tell
 * @param settle after how long the regions compare what they have of a document that was edited
 * @param compareEvery after how long they compare all of them, also those that nobody edited
 * @param receipt how long the answer to an erasure waits for the other regions
 */
public record RegionsProperties(
        @DefaultValue List<String> others,
        @DefaultValue List<String> stay,
        @DefaultValue("100ms") Duration poll,
        @DefaultValue("10s") Duration settle,
        @DefaultValue("1h") Duration compareEvery,
        @DefaultValue("2s") Duration receipt) {
    /** None but this one. */
    static final RegionsProperties ALONE = new RegionsProperties(
            List.of(),
            List.of(),
            Duration.ofMillis(100),
            Duration.ofSeconds(10),
            Duration.ofHours(1),
            Duration.ofSeconds(2));

    public RegionsProperties {
        others = List.copyOf(others);
        stay = List.copyOf(stay);
        between("poll", poll, Duration.ofMillis(1), Duration.ofMinutes(1));
        between("settle", settle, Duration.ofMillis(1), Duration.ofHours(1));
        between("compare-every", compareEvery, Duration.ofSeconds(1), Duration.ofDays(7));
        between("receipt", receipt, Duration.ZERO, Duration.ofMinutes(1));
    }

    private static void between(String property, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "tidemark.documents.regions." + property + " must be from " + least + " to " + most + ": " + value);
        }
    }

    /** Whether other regions are to have the document, too. */
    public boolean leaves(DocumentName name) {
        return !others.isEmpty() && stay.stream().noneMatch(name.value()::startsWith);
    }
}
