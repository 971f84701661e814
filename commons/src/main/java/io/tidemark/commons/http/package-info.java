/** HTTP's field syntax, read the same way by every service: structured fields, dates, preferences. Knows the JDK only. */
@NullMarked
package io.tidemark.commons.http;

import org.jspecify.annotations.NullMarked;
