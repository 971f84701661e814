@NullMarked
package io.tidemark.invalidation;

import org.jspecify.annotations.NullMarked;
