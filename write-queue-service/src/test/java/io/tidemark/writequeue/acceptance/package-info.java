@NullMarked
package io.tidemark.writequeue.acceptance;

import org.jspecify.annotations.NullMarked;
