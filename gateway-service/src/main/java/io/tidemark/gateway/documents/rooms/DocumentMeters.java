package io.tidemark.gateway.documents.rooms;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What happens to documents at this gateway, counted. */
public final class DocumentMeters {
    private final MeterRegistry registry;
    private final Counter edits;
    private final Counter gaps;
    private final Counter compactions;
    private final Counter notStored;
    private final Counter unreadable;

    DocumentMeters(MeterRegistry registry) {
        this.registry = registry;
        this.edits = counter(registry, "edits", "Edits passed on to the clients of this gateway");
        this.gaps = counter(registry, "gaps", "Edits that were missed as news, and read");
        this.compactions = counter(registry, "compactions", "Snapshots made of edits");
        this.notStored = counter(registry, "not.stored", "Edits that the region's Redis did not take in time");
        this.unreadable = counter(registry, "unreadable", "News of other gateways that this one does not read");
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder("tidemark.documents." + name)
                .description(description)
                .register(registry);
    }

    void edit() {
        edits.increment();
    }

    void gap() {
        gaps.increment();
    }

    void compaction() {
        compactions.increment();
    }

    void notStored() {
        notStored.increment();
    }

    void unreadable() {
        unreadable.increment();
    }

    public void closed(Goodbye reason) {
        registry.counter("tidemark.documents.closed", "reason", reason.label()).increment();
    }
}
