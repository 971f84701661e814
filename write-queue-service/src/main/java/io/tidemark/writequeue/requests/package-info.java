/** What requests carry, read strictly: queries and JSON bodies. What is not understood is refused, and its place named. */
@NullMarked
package io.tidemark.writequeue.requests;

import org.jspecify.annotations.NullMarked;
