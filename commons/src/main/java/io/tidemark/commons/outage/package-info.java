/** Saying what fails once, not as often as it fails. */
@NullMarked
package io.tidemark.commons.outage;

import org.jspecify.annotations.NullMarked;
