@NullMarked
package io.tidemark.gateway.ops;

import org.jspecify.annotations.NullMarked;
