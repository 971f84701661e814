/** Calls to the origins: what is sent, by which client, how long it may take, what a failure means. */
@NullMarked
package io.tidemark.gateway.origin;

import org.jspecify.annotations.NullMarked;
