/** Documents that many edit, while what keeps them is killed. */
@NullMarked
package io.tidemark.local.suite.documents;

import org.jspecify.annotations.NullMarked;
