/** Processes, ports and connections of this machine. */
@NullMarked
package io.tidemark.local.suite.machine;

import org.jspecify.annotations.NullMarked;
