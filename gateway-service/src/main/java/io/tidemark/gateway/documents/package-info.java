/**
 * Documents that clients edit together over WebSockets, through any gateway of the region, whose Redis keeps all that was
 * acknowledged. Here: connections, their dialects, and who may.
 */
@NullMarked
package io.tidemark.gateway.documents;

import org.jspecify.annotations.NullMarked;
