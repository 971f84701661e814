/** Clocks: the one on the wall, which can be set, and the monotonic one, which counts. */
@NullMarked
package io.tidemark.commons.time;

import org.jspecify.annotations.NullMarked;
