/** Bodies as long as anybody likes. */
@NullMarked
package io.tidemark.originstub.bytes;

import org.jspecify.annotations.NullMarked;
