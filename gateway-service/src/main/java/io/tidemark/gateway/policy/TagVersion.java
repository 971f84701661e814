package io.tidemark.gateway.policy;

import io.tidemark.gateway.purge.PurgeLedger;
import reactor.core.publisher.Mono;

/** The position of the last hard purge of a tag: it is in this gateway's own memory, and as new as its watermark. */
public final class TagVersion implements KeyVersion {
    private final PurgeLedger ledger;
    private final String tag;

    public TagVersion(PurgeLedger ledger, String tag) {
        this.ledger = ledger;
        this.tag = tag;
    }

    @Override
    public String known() {
        return ledger.lastPurgeOf(tag);
    }

    @Override
    public Mono<String> current() {
        return Mono.fromSupplier(this::known);
    }
}
