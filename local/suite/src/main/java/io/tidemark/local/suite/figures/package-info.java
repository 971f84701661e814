/** What measured values come to. */
@NullMarked
package io.tidemark.local.suite.figures;

import org.jspecify.annotations.NullMarked;
