/** How long the gateway takes to start. */
@NullMarked
package io.tidemark.benchmarks.startup;

import org.jspecify.annotations.NullMarked;
