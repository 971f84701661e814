/** What takes minutes of all that was tried with backends as deployments have them. */
@NullMarked
package io.tidemark.local.suite.backends;

import org.jspecify.annotations.NullMarked;
