/** What reached the stub. */
@NullMarked
package io.tidemark.originstub.calls;

import org.jspecify.annotations.NullMarked;
