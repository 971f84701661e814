@NullMarked
package io.tidemark.invalidation.freshness;

import org.jspecify.annotations.NullMarked;
