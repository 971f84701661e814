/** Which writes exist: their origins, schemas, ordering keys and purges, from configuration. */
@NullMarked
package io.tidemark.writequeue.types;

import org.jspecify.annotations.NullMarked;
