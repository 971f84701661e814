/** State of one client, kept in the Redis of the region that made it. */
@NullMarked
package io.tidemark.state.session;

import org.jspecify.annotations.NullMarked;
