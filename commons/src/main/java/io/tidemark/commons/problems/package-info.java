/** RFC 9457 problem documents, the one form of every error. */
@NullMarked
package io.tidemark.commons.problems;

import org.jspecify.annotations.NullMarked;
