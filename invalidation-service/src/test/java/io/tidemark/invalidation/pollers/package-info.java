@NullMarked
package io.tidemark.invalidation.pollers;

import org.jspecify.annotations.NullMarked;
