@NullMarked
package io.tidemark.writequeue.log;

import org.jspecify.annotations.NullMarked;
