/** Who may purge what: the configured sources, their secrets and schemes, their limits. */
@NullMarked
package io.tidemark.invalidation.sources;

import org.jspecify.annotations.NullMarked;
