@NullMarked
package io.tidemark.gateway.store;

import org.jspecify.annotations.NullMarked;
