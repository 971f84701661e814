/** How a service goes: it is not ready any more, and still answers, until its clients have gone. */
@NullMarked
package io.tidemark.commons.drain;

import org.jspecify.annotations.NullMarked;
