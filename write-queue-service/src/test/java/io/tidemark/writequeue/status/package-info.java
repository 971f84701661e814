@NullMarked
package io.tidemark.writequeue.status;

import org.jspecify.annotations.NullMarked;
