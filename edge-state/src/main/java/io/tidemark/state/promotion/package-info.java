/** Which keys are used, as the log says it to all processes that hold them. */
@NullMarked
package io.tidemark.state.promotion;

import org.jspecify.annotations.NullMarked;
