/** Rotation of the gateways' keys: when all have a new one, and when nothing is left under an old one. */
@NullMarked
package io.tidemark.invalidation.keys;

import org.jspecify.annotations.NullMarked;
