@NullMarked
package io.tidemark.gateway.server;

import org.jspecify.annotations.NullMarked;
