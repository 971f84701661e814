package io.tidemark.gateway.store;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code tidemark.store.*}.
 *
 * @param localSize the most that the stored responses of this process may take
 * @param maxVariants the most variants of one resource in this process
 */
public record StoreProperties(
        @DefaultValue("128MB") DataSize localSize,
        @DefaultValue("32") int maxVariants) {
    public StoreProperties {
        if (localSize.isNegative() || maxVariants < 1) {
            throw new IllegalArgumentException(
                    "tidemark.store.local-size must not be negative, tidemark.store.max-variants at least 1");
        }
    }
}
