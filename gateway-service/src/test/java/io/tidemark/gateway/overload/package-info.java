@NullMarked
package io.tidemark.gateway.overload;

import org.jspecify.annotations.NullMarked;
