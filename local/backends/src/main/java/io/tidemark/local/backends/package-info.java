/** Real Redis and Kafka for one machine: containers if a Docker engine answers, else child processes. */
@NullMarked
package io.tidemark.local.backends;

import org.jspecify.annotations.NullMarked;
