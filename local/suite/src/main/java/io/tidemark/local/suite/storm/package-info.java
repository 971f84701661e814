/** {@code ./run purge-storm}: how soon a purge is everywhere, with a fleet of gateways. */
@NullMarked
package io.tidemark.local.suite.storm;

import org.jspecify.annotations.NullMarked;
