/** How much the stub keeps, and for how long. */
@NullMarked
package io.tidemark.originstub.settings;

import org.jspecify.annotations.NullMarked;
