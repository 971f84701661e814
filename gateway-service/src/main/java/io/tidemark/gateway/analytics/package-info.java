/** What each request was, for who counts: one record of it, sent off its path. Nothing of any person. */
@NullMarked
package io.tidemark.gateway.analytics;

import org.jspecify.annotations.NullMarked;
