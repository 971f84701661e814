package io.tidemark.originstub.products;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An effect: a product got a new version.
 *
 * @param number counts the changes of all products, from 1
 * @param version the version it got
 * @param fields the members of that version
 * @param idempotencyKey of the request, null if it had none
 * @param fingerprint of the request's body
 */
public record ProductChange(
        long number,
        String id,
        long version,
        Instant at,
        ObjectNode fields,
        @Nullable String idempotencyKey,
        String fingerprint) {}
