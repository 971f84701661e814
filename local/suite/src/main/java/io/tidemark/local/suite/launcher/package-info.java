/** The whole suite on one machine: starts every part in its order, watches them, stops them in the reverse order. */
@NullMarked
package io.tidemark.local.suite.launcher;

import org.jspecify.annotations.NullMarked;
