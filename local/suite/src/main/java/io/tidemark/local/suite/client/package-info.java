/** How the suite's services are spoken to. */
@NullMarked
package io.tidemark.local.suite.client;

import org.jspecify.annotations.NullMarked;
