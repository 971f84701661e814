/** The page for operators on the management port: what it shows, who may see it and act, and what is kept of what they did. */
@NullMarked
package io.tidemark.invalidation.console;

import org.jspecify.annotations.NullMarked;
