@NullMarked
package io.tidemark.gateway.origin;

import org.jspecify.annotations.NullMarked;
