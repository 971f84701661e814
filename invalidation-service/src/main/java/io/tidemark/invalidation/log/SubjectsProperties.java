package io.tidemark.invalidation.log;

import io.tidemark.contracts.Erasure;
import io.tidemark.invalidation.receipts.ErasurePlaces;
import io.tidemark.state.keys.KeySet;
import io.tidemark.state.keys.UserNames;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.subjects.*}: the erasure of persons.
 *
 * @param keys by which names are made that stand for persons: {@code tidemark.state.subject-keys} of the gateways
 * @param regions that keep what belongs to persons: an erasure is not complete before each of them has said that nothing is left
 * @param writeQueue whether the write queue must have said so, too
 */
@ConfigurationProperties(value = "tidemark.subjects", ignoreUnknownFields = false)
public record SubjectsProperties(
        @DefaultValue List<String> keys,
        @DefaultValue List<String> regions,
        @DefaultValue("true") boolean writeQueue) {
    private static final String KEYS = "tidemark.subjects.keys";

    public SubjectsProperties {
        keys = List.copyOf(keys);
        regions = List.copyOf(regions);
        if (!keys.isEmpty()) {
            KeySet.parse(KEYS, keys);
            if (regions.isEmpty()) {
                throw new IllegalArgumentException(
                        "tidemark.subjects.regions must name the regions that keep persons' data:"
                                + " what they keep outlives their gateways");
            }
        }
    }

    /**
     * Names that stand for persons.
     *
     * @throws IllegalArgumentException if there are no keys
     */
    public UserNames names() {
        return new UserNames(KeySet.parse(KEYS, keys));
    }

    /** The names of the keys; none where there are no keys. */
    public List<String> keyNames() {
        return keys.isEmpty() ? List.of() : KeySet.parse(KEYS, keys).names();
    }

    ErasurePlaces places() {
        Set<String> places = new TreeSet<>(regions);
        if (writeQueue && !keys.isEmpty()) {
            places.add(Erasure.WRITE_QUEUE);
        }
        return new ErasurePlaces(places);
    }
}
