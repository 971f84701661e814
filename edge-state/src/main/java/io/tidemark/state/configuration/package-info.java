/** How state at the edge is configured. */
@NullMarked
package io.tidemark.state.configuration;

import org.jspecify.annotations.NullMarked;
