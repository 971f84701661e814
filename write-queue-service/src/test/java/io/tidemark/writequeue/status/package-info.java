@org.jspecify.annotations.NullMarked
package io.tidemark.writequeue.status;
