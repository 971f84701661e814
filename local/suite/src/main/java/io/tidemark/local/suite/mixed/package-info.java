/** {@code ./run mixed}: two versions of the services beside each other, on one log and the same Redis. */
@NullMarked
package io.tidemark.local.suite.mixed;

import org.jspecify.annotations.NullMarked;
