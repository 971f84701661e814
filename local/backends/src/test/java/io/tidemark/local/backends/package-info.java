@NullMarked
package io.tidemark.local.backends;

import org.jspecify.annotations.NullMarked;
