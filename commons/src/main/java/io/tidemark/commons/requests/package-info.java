/** The id that a request keeps through all services, and which requests are logged in full. */
@NullMarked
package io.tidemark.commons.requests;

import org.jspecify.annotations.NullMarked;
