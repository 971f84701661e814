/** The cache engine: all of HTTP caching as pure functions. Knows no framework, does no I/O, takes time as an argument. */
@NullMarked
package io.tidemark.gateway.cache;

import org.jspecify.annotations.NullMarked;
