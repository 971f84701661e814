package io.tidemark.gateway.documents.regions;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.documents.store.WorkList;
import java.time.Duration;

/** What is measured between regions. Thread-safe. */
final class RegionMeters {
    private final MeterRegistry registry;
    private volatile long waiting;
    private volatile Duration overdue = Duration.ZERO;
    private volatile long unread;

    RegionMeters(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("tidemark.documents.unpublished", this, it -> it.waiting)
                .description("Documents with edits that the other regions were not told")
                .register(registry);
        Gauge.builder("tidemark.documents.lag", this, RegionMeters::lag)
                .baseUnit("seconds")
                .description("How long the first of them has waited to be told")
                .register(registry);
        Gauge.builder("tidemark.documents.unread", this, it -> it.unread)
                .description("Records of other regions that this gateway is to read and has not")
                .register(registry);
    }

    void waiting(WorkList.Taken taken) {
        waiting = taken.waiting();
        overdue = taken.overdue();
    }

    void unread(long records) {
        unread = records;
    }

    long waiting() {
        return waiting;
    }

    double lag() {
        return overdue.toMillis() / 1000.0;
    }

    long unread() {
        return unread;
    }

    /** A record of another region, by what became of it. */
    void received(String outcome) {
        Counter.builder("tidemark.documents.received")
                .tag("outcome", outcome)
                .description("Records of other regions, by what became of them")
                .register(registry)
                .increment();
    }
}
