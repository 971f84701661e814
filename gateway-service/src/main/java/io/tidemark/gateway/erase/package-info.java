/**
 * Deletes purged responses from the region's Redis, and finds them there. Housekeeping, and for personal data a duty:
 * what may be served is never decided here.
 */
@NullMarked
package io.tidemark.gateway.erase;

import org.jspecify.annotations.NullMarked;
