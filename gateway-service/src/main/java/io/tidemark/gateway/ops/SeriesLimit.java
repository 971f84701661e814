package io.tidemark.gateway.ops;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The most time series of one name: a label that takes what clients or origins make up ends there and not with the memory.
 * What comes later under that name is not measured, and a line says so once. Thread-safe.
 */
final class SeriesLimit implements MeterFilter {
    private static final Logger log = LoggerFactory.getLogger(SeriesLimit.class);

    private final int most;
    private final Map<String, AtomicInteger> series = new ConcurrentHashMap<>();

    /** @param most time series of one name */
    SeriesLimit(int most) {
        this.most = most;
    }

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        AtomicInteger count = series.computeIfAbsent(id.getName(), _ -> new AtomicInteger());
        if (count.get() > most) {
            return MeterFilterReply.DENY;
        }
        if (count.incrementAndGet() <= most) {
            return MeterFilterReply.NEUTRAL;
        }
        log.warn("{} has {} time series; no more are taken (tidemark.metrics.max-series)", id.getName(), most);
        return MeterFilterReply.DENY;
    }
}
