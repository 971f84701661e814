/** Takes out of origins' JSON what a route's rules say, before anything of it is stored or sent. */
@NullMarked
package io.tidemark.gateway.redact;

import org.jspecify.annotations.NullMarked;
