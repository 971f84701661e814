/** The read path: the filter in front of it, the requests and answers that it works with, the problems it answers with. */
@NullMarked
package io.tidemark.gateway.edge;

import org.jspecify.annotations.NullMarked;
