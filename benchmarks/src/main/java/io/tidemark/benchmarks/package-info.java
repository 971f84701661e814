/** What single parts of the gateway cost, by JMH. */
@NullMarked
package io.tidemark.benchmarks;

import org.jspecify.annotations.NullMarked;
