@NullMarked
package io.tidemark.invalidation.webhooks;

import org.jspecify.annotations.NullMarked;
