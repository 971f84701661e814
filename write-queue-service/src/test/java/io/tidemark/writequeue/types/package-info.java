@NullMarked
package io.tidemark.writequeue.types;

import org.jspecify.annotations.NullMarked;
