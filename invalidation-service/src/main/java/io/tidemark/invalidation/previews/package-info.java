/** How many stored responses a purge would cover, counted by the gateways. */
@NullMarked
package io.tidemark.invalidation.previews;

import org.jspecify.annotations.NullMarked;
