/** Fields of HTTP messages, whoever reads them. Knows no framework and does no I/O. */
@NullMarked
package io.tidemark.gateway.http;

import org.jspecify.annotations.NullMarked;
