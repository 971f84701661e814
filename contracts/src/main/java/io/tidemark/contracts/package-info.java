/** The records and topic names that the services share. No logic beyond the shape of a record. */
@NullMarked
package io.tidemark.contracts;

import org.jspecify.annotations.NullMarked;
