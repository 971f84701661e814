/** What a client shows to be known again: signed, and judged before anything is asked for. */
@NullMarked
package io.tidemark.state.token;

import org.jspecify.annotations.NullMarked;
