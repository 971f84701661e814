@NullMarked
package io.tidemark.invalidation.receipts;

import org.jspecify.annotations.NullMarked;
