@NullMarked
package io.tidemark.gateway.upload;

import org.jspecify.annotations.NullMarked;
