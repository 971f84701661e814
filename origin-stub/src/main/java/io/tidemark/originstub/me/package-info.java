/** What is of one user. */
@NullMarked
package io.tidemark.originstub.me;

import org.jspecify.annotations.NullMarked;
