/** Whether what readers get is new: how soon a change shows at each gateway, and whether what was purged is served after its receipt. */
@NullMarked
package io.tidemark.invalidation.freshness;

import org.jspecify.annotations.NullMarked;
