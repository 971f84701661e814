/** What operators see: actuator endpoints and metrics. */
@NullMarked
package io.tidemark.gateway.ops;

import org.jspecify.annotations.NullMarked;
