/** Requests on routes that keep data in a region: answered in the region that the data are at home in, passed there by all others. */
@NullMarked
package io.tidemark.gateway.residency;

import org.jspecify.annotations.NullMarked;
