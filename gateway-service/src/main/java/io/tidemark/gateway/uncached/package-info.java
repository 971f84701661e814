/** What routes without the cache need: their problems, and WebSockets. */
@NullMarked
package io.tidemark.gateway.uncached;

import org.jspecify.annotations.NullMarked;
