@NullMarked
package io.tidemark.commons.json;

import org.jspecify.annotations.NullMarked;
