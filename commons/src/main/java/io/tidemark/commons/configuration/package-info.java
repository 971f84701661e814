/** Configuration that changes while a service runs: from files, checked as a whole, put in force as a whole or not at all. */
@NullMarked
package io.tidemark.commons.configuration;

import org.jspecify.annotations.NullMarked;
