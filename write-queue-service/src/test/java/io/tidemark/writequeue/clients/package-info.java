@NullMarked
package io.tidemark.writequeue.clients;

import org.jspecify.annotations.NullMarked;
