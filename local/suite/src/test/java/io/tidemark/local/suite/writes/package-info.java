@NullMarked
package io.tidemark.local.suite.writes;

import org.jspecify.annotations.NullMarked;
