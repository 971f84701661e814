/** Documents while clients of this gateway have them open. */
@NullMarked
package io.tidemark.gateway.documents.rooms;

import org.jspecify.annotations.NullMarked;
