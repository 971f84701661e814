package io.tidemark.gateway.policy;

import io.tidemark.gateway.origin.Origins;
import io.tidemark.gateway.purge.PurgeLedger;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes what {@code version-from} of a policy says. */
@Component
final class KeyVersions {
    private final PurgeLedger ledger;
    private final Origins origins;

    KeyVersions(PurgeLedger ledger, Origins origins) {
        this.ledger = ledger;
        this.origins = origins;
    }

    /** @throws IllegalArgumentException if it is neither a tag nor an absolute HTTP URL */
    KeyVersion of(@Nullable String versionFrom, Duration maxAge) {
        if (versionFrom == null) {
            return KeyVersion.NONE;
        }
        if (!maxAge.isPositive()) {
            throw new IllegalArgumentException("version-max-age must be positive: " + maxAge);
        }
        if (versionFrom.startsWith("tag:") && versionFrom.length() > 4) {
            return new TagVersion(ledger, versionFrom.substring(4));
        }
        if (versionFrom.startsWith("url:http")) {
            URI url = URI.create(versionFrom.substring(4));
            if (url.getHost() != null && url.getScheme().matches("https?")) {
                return new UrlVersion(origins, url, maxAge, System::nanoTime);
            }
        }
        throw new IllegalArgumentException(
                "version-from must be tag:<tag> or url:<absolute HTTP URL>, not \"" + versionFrom + '"');
    }
}
