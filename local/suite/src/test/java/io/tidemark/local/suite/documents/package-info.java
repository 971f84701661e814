@NullMarked
package io.tidemark.local.suite.documents;

import org.jspecify.annotations.NullMarked;
