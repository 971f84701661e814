/** The request's way through the gateway: the caching filter, the headers it adds, the problems it answers with. */
@NullMarked
package io.tidemark.gateway.edge;

import org.jspecify.annotations.NullMarked;
