/** What is shown: receipts and the fleet. */
@NullMarked
package io.tidemark.invalidation.purges;

import org.jspecify.annotations.NullMarked;
