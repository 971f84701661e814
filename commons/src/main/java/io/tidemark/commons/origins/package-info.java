/** What all services that call origins know of them. */
@NullMarked
package io.tidemark.commons.origins;

import org.jspecify.annotations.NullMarked;
