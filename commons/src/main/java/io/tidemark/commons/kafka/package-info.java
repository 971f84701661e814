/** Kafka's clients as the services use them: made of what Boot has resolved, bounded, and made anew when they have died. */
@NullMarked
package io.tidemark.commons.kafka;

import org.jspecify.annotations.NullMarked;
