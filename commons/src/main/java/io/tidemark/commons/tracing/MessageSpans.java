package io.tidemark.commons.tracing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** Steps that send records and take them, with the names that OpenTelemetry has for messaging. */
public final class MessageSpans {
    private MessageSpans() {}

    /** A record is sent, as a part of a step. */
    public static Span send(Span ofWhat, String topic) {
        return described(ofWhat.child(Span.Kind.PRODUCER, "send " + topic), topic, "send");
    }

    /**
     * A record is acted upon: in the trace of who sent it, or of the request that caused it.
     *
     * @param requestId null if none is known
     */
    public static Span process(Tracing tracing, ConsumerRecord<?, ?> record, @Nullable String requestId) {
        return process(tracing, record.topic(), traceparent(record), requestId)
                .set("messaging.kafka.offset", record.offset())
                .set("messaging.destination.partition.id", record.partition());
    }

    /** The same of a record whose fields are known otherwise. */
    public static Span process(
            Tracing tracing, String topic, @Nullable String traceparent, @Nullable String requestId) {
        Span span = requestId == null
                ? tracing.follow(traceparent, null, Span.Kind.CONSUMER, "process " + topic)
                : tracing.begin(requestId, traceparent, Span.Kind.CONSUMER, "process " + topic);
        return described(span, topic, "process");
    }

    private static Span described(Span span, String topic, String operation) {
        return span.set("messaging.system", "kafka")
                .set("messaging.operation.name", operation)
                .set("messaging.operation.type", operation)
                .set("messaging.destination.name", topic);
    }

    /** What a record that is sent in a step carries. */
    public static List<Header> headers(Span span) {
        String traceparent = span.traceparent();
        return traceparent == null
                ? List.of()
                : List.of(new RecordHeader(TraceContext.FIELD, traceparent.getBytes(StandardCharsets.US_ASCII)));
    }

    /** What a record carries, null if nothing. */
    public static @Nullable String traceparent(ConsumerRecord<?, ?> record) {
        Header header = record.headers().lastHeader(TraceContext.FIELD);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.US_ASCII);
    }
}
