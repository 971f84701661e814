@NullMarked
package io.tidemark.originstub;

import org.jspecify.annotations.NullMarked;
