@NullMarked
package io.tidemark.invalidation.purges;

import org.jspecify.annotations.NullMarked;
