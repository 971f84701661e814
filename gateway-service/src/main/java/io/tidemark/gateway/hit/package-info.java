/**
 * The hit route: answers from memory, in front of WebFlux, to targets that the caching filter has answered before. They are the
 * same as the filter's.
 */
@NullMarked
package io.tidemark.gateway.hit;

import org.jspecify.annotations.NullMarked;
