package io.tidemark.commons.topics;

import java.util.Set;

/**
 * The topics that a service reads or writes: those it makes where they are missing, and looks after. A bean of each service.
 *
 * @param names of {@link io.tidemark.contracts.Topics}
 */
public record ServiceTopics(Set<String> names) {
    public ServiceTopics {
        names = Set.copyOf(names);
    }

    public static ServiceTopics of(String... names) {
        return new ServiceTopics(Set.of(names));
    }
}
