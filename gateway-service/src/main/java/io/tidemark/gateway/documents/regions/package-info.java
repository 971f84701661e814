/** What is done for documents beside their clients: other regions and the origin are told, and told of. */
@NullMarked
package io.tidemark.gateway.documents.regions;

import org.jspecify.annotations.NullMarked;
