@NullMarked
package io.tidemark.gateway.fill;

import org.jspecify.annotations.NullMarked;
