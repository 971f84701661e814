@NullMarked
package io.tidemark.local.suite.torture;

import org.jspecify.annotations.NullMarked;
