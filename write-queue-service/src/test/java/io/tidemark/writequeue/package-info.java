@NullMarked
package io.tidemark.writequeue;

import org.jspecify.annotations.NullMarked;
