@NullMarked
package io.tidemark.writequeue.delivery;

import org.jspecify.annotations.NullMarked;
