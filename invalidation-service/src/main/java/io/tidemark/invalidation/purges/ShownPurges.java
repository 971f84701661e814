package io.tidemark.invalidation.purges;

import io.tidemark.contracts.Target;
import io.tidemark.invalidation.pollers.Pollers;
import io.tidemark.invalidation.receipts.Receipt;
import io.tidemark.invalidation.sources.Sources;
import org.springframework.stereotype.Component;

/**
 * Receipts as they are shown. What neither a source nor a poller asked for was caused by a client's request: of its URLs the
 * query, which may hold what is nobody else's affair, is left out.
 */
@Component
public class ShownPurges {
    private final Sources sources;
    private final Pollers pollers;

    ShownPurges(Sources sources, Pollers pollers) {
        this.sources = sources;
        this.pollers = pollers;
    }

    /** As it may be shown to an operator. */
    public Receipt shown(Receipt receipt) {
        boolean asked = sources.named(receipt.source()).isPresent() || pollers.has(receipt.source());
        return asked || receipt.targets().stream().noneMatch(ShownPurges::hasQuery)
                ? receipt
                : receipt.withTargets(receipt.targets().stream()
                        .map(ShownPurges::withoutQuery)
                        .toList());
    }

    private static boolean hasQuery(Target target) {
        return switch (target.kind()) {
            case URL, PREFIX, PATTERN -> target.value().indexOf('?') >= 0;
            case TAG, HOST, ALL, GROUP, SUBJECT, INVALID -> false;
        };
    }

    private static Target withoutQuery(Target target) {
        return hasQuery(target)
                ? new Target(
                        target.kind(),
                        target.value().substring(0, target.value().indexOf('?') + 1) + '…')
                : target;
    }
}
