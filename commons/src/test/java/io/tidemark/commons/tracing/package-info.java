@NullMarked
package io.tidemark.commons.tracing;

import org.jspecify.annotations.NullMarked;
