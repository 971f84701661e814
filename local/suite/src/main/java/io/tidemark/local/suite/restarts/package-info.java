/** Rolling restarts under load, seen by clients that keep their connections and send nothing twice. */
@NullMarked
package io.tidemark.local.suite.restarts;

import org.jspecify.annotations.NullMarked;
