/** What each topic must be like for the suite to keep its word, made and compared with what the brokers have. */
@NullMarked
package io.tidemark.commons.topics;

import org.jspecify.annotations.NullMarked;
