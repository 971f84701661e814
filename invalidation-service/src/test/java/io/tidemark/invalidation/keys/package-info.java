@NullMarked
package io.tidemark.invalidation.keys;

import org.jspecify.annotations.NullMarked;
