@NullMarked
package io.tidemark.gateway.edge;

import org.jspecify.annotations.NullMarked;
