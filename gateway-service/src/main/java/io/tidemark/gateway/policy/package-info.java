/** What routes are configured to do: the named policies, their keys, versions and shields, and the routes that use them. */
@NullMarked
package io.tidemark.gateway.policy;

import org.jspecify.annotations.NullMarked;
