@NullMarked
package io.tidemark.gateway.residency;

import org.jspecify.annotations.NullMarked;
