@NullMarked
package io.tidemark.invalidation.sources;

import org.jspecify.annotations.NullMarked;
