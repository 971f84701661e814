@NullMarked
package io.tidemark.invalidation.ops;

import org.jspecify.annotations.NullMarked;
