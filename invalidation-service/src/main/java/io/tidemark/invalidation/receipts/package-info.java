/**
 * Who has applied which purge: the fleet of gateways as their watermarks tell it, and the receipts that follow from it.
 * Knows no framework and no Kafka, takes time as an argument, so that a simulation can drive it.
 */
@NullMarked
package io.tidemark.invalidation.receipts;

import org.jspecify.annotations.NullMarked;
