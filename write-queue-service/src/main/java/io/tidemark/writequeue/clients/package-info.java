/** Who sent a request, and whose dead letters he may see. */
@NullMarked
package io.tidemark.writequeue.clients;

import org.jspecify.annotations.NullMarked;
