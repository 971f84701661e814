/** The page for operators on the management port: what it shows, and who may see it. */
@NullMarked
package io.tidemark.invalidation.console;

import org.jspecify.annotations.NullMarked;
