@NullMarked
package io.tidemark.gateway.redact;

import org.jspecify.annotations.NullMarked;
