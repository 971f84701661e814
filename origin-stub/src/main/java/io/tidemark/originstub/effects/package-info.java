/** Effects that happen once per idempotency key and, with a data folder, outlive the process. */
@NullMarked
package io.tidemark.originstub.effects;

import org.jspecify.annotations.NullMarked;
