/** The gateway beside nginx and Varnish on one machine, in one run. */
@NullMarked
package io.tidemark.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
