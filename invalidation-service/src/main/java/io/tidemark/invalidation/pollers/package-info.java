/** For origins that cannot call: their change feeds and their version URLs are polled, and purges published. */
@NullMarked
package io.tidemark.invalidation.pollers;

import org.jspecify.annotations.NullMarked;
