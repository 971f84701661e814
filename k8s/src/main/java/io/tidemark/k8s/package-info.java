/** Overlays of many sites from one file; and, among the tests, what all manifests must be. */
@NullMarked
package io.tidemark.k8s;

import org.jspecify.annotations.NullMarked;
