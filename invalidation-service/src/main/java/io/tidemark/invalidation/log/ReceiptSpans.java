package io.tidemark.invalidation.log;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tidemark.commons.tracing.MessageSpans;
import io.tidemark.commons.tracing.Span;
import io.tidemark.commons.tracing.Tracing;
import io.tidemark.contracts.Purge;
import io.tidemark.invalidation.receipts.Receipt;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Tells how long purges took until the fleet had them: a step from when this service read one to when it was complete. */
final class ReceiptSpans {
    private static final int MOST = 10_000;
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Tracing tracing;
    private final Cache<String, Span> open = Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(LONGEST)
            .executor(Runnable::run)
            .evictionListener((_, span, _) -> given(span))
            .build();

    ReceiptSpans(Tracing tracing) {
        this.tracing = tracing;
    }

    private static void given(@Nullable Object span) {
        if (span instanceof Span waiting) {
            waiting.failed("incomplete").end();
        }
    }

    void read(ConsumerRecord<byte[], byte[]> record, Purge purge) {
        if (!tracing.isOn()) {
            return;
        }
        Span span = MessageSpans.process(tracing, record, purge.requestId()).named("receipt " + record.topic());
        if (span.isRecorded()) {
            open.put(purge.id(), span.set("tidemark.purge.id", purge.id()));
        }
    }

    void complete(Receipt receipt) {
        Span span = open.asMap().remove(receipt.id());
        if (span != null) {
            span.set("tidemark.purge.position", receipt.position());
            receipt.regions()
                    .forEach((region, progress) -> span.set("tidemark.receipt." + region + ".ms", progress.tookMs()));
            span.set("tidemark.receipt.gateways", gateways(receipt)).end();
        }
    }

    private static int gateways(Receipt receipt) {
        return receipt.regions().values().stream()
                .mapToInt(region -> region.gateways().size())
                .sum();
    }
}
