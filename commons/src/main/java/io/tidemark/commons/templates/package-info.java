/** Texts with places that data fills: paths, purge targets, keys. Data never becomes syntax. */
@NullMarked
package io.tidemark.commons.templates;

import org.jspecify.annotations.NullMarked;
