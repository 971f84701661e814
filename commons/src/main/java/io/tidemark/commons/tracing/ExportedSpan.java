package io.tidemark.commons.tracing;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A span as OpenTelemetry's exporters take it. Immutable. */
final class ExportedSpan implements SpanData {
    private static final InstrumentationScopeInfo SCOPE = InstrumentationScopeInfo.create("io.tidemark");

    private final Resource resource;
    private final SpanContext context;
    private final SpanContext parent;
    private final SpanKind kind;
    private final String name;
    private final long start;
    private final long end;
    private final StatusData status;
    private final Attributes attributes;

    ExportedSpan(Resource resource, Trace trace, Span span) {
        this.resource = resource;
        String traceId = trace.context().traceId();
        TraceFlags flags = trace.isSampled() ? TraceFlags.getSampled() : TraceFlags.getDefault();
        this.context = SpanContext.create(traceId, span.spanId(), flags, TraceState.getDefault());
        String above = span.parentId();
        boolean isRoot = span == trace.root();
        this.parent = above == null
                ? SpanContext.getInvalid()
                : isRoot
                        ? SpanContext.createFromRemoteParent(traceId, above, flags, TraceState.getDefault())
                        : SpanContext.create(traceId, above, flags, TraceState.getDefault());
        this.kind = SpanKind.valueOf(span.kind().name());
        this.name = span.name();
        this.start = span.startEpochNanos();
        this.end = span.endEpochNanos();
        this.status = span.error() == null ? StatusData.unset() : StatusData.error();
        AttributesBuilder facts = Attributes.builder();
        span.attributes().forEach((key, value) -> {
            if (value instanceof Number number) {
                facts.put(key, number.longValue());
            } else if (value instanceof Boolean is) {
                facts.put(key, is);
            } else {
                facts.put(key, value.toString());
            }
        });
        if (isRoot) {
            add(facts, "tidemark.request.id", trace.requestId());
            add(facts, "tidemark.kept", trace.kept());
        }
        this.attributes = facts.build();
    }

    private static void add(AttributesBuilder facts, String name, @Nullable String value) {
        if (value != null) {
            facts.put(name, value);
        }
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public SpanKind getKind() {
        return kind;
    }

    @Override
    public SpanContext getSpanContext() {
        return context;
    }

    @Override
    public SpanContext getParentSpanContext() {
        return parent;
    }

    @Override
    public StatusData getStatus() {
        return status;
    }

    @Override
    public long getStartEpochNanos() {
        return start;
    }

    @Override
    public Attributes getAttributes() {
        return attributes;
    }

    @Override
    public List<EventData> getEvents() {
        return List.of();
    }

    @Override
    public List<LinkData> getLinks() {
        return List.of();
    }

    @Override
    public long getEndEpochNanos() {
        return end;
    }

    @Override
    public boolean hasEnded() {
        return true;
    }

    @Override
    public int getTotalRecordedEvents() {
        return 0;
    }

    @Override
    public int getTotalRecordedLinks() {
        return 0;
    }

    @Override
    public int getTotalAttributeCount() {
        return attributes.size();
    }

    @Override
    @SuppressWarnings("deprecation") // the interface still asks for it
    public io.opentelemetry.sdk.common.InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
        return io.opentelemetry.sdk.common.InstrumentationLibraryInfo.create(SCOPE.getName(), null);
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
        return SCOPE;
    }

    @Override
    public Resource getResource() {
        return resource;
    }
}
