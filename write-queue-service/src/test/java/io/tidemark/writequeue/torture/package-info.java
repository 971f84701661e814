@NullMarked
package io.tidemark.writequeue.torture;

import org.jspecify.annotations.NullMarked;
