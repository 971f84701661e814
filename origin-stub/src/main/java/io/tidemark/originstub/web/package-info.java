/** Request bodies and problem documents. */
@NullMarked
package io.tidemark.originstub.web;

import org.jspecify.annotations.NullMarked;
