/** Request bodies read strictly: what is doubtful is refused, and the place is named. */
@NullMarked
package io.tidemark.commons.json;

import org.jspecify.annotations.NullMarked;
