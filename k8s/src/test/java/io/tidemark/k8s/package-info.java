/** What the manifests must be: rendered as kustomize renders them, read strictly, and true to the house rules. */
@NullMarked
package io.tidemark.k8s;

import org.jspecify.annotations.NullMarked;
