/** The content of requests on its way from clients: what clients may do with it, and what becomes of those that do not. */
@NullMarked
package io.tidemark.gateway.upload;

import org.jspecify.annotations.NullMarked;
