@NullMarked
package io.tidemark.writequeue.deadletters;

import org.jspecify.annotations.NullMarked;
