/** Signed webhooks that tell a cache what changed. */
@NullMarked
package io.tidemark.originstub.webhooks;

import org.jspecify.annotations.NullMarked;
