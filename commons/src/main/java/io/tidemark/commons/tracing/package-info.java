/** What became of a request, step by step and across services: recorded by hand, exported where an endpoint is set. */
@NullMarked
package io.tidemark.commons.tracing;

import org.jspecify.annotations.NullMarked;
