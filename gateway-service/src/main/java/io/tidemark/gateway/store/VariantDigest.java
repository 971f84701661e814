package io.tidemark.gateway.store;

import io.tidemark.commons.digests.Sha256;
import io.tidemark.gateway.cache.Variant;
import java.util.Arrays;

/** A short name of a variant, and of a key: the first half of a SHA-256. */
final class VariantDigest {
    static final int LENGTH = 16;

    private VariantDigest() {}

    /** Zeros for a response without Vary. */
    static byte[] of(Variant variant) {
        return variant.fields().isEmpty() ? new byte[LENGTH] : of(variant.text());
    }

    static byte[] of(String text) {
        return Arrays.copyOf(Sha256.of(text), LENGTH);
    }
}
