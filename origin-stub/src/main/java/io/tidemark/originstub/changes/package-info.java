/** What changed since: a feed and a version, for caches that cannot be called. */
@NullMarked
package io.tidemark.originstub.changes;

import org.jspecify.annotations.NullMarked;
