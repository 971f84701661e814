package io.tidemark.originstub.calls;

import io.tidemark.originstub.settings.StubProperties;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.stereotype.Component;

/** Counts the requests that reached the stub, by method and path. Thread-safe; bounded. */
@Component
public final class CallCounter {
    /** The path under which calls are counted once {@code stub.max-counted-paths} others are known. */
    public static final String OTHER = "*";

    private final ConcurrentHashMap<Call, LongAdder> counts = new ConcurrentHashMap<>();
    private final int limit;

    CallCounter(StubProperties properties) {
        this.limit = properties.maxCountedPaths();
    }

    private record Call(String method, String path) {}

    /** One line of the count. */
    public record Count(String method, String path, long count) {}

    public void count(String method, String path) {
        LongAdder known = counts.get(new Call(method, path));
        if (known == null) {
            // a race may let a few more paths in than the limit says, never more than there are threads
            Call call = counts.mappingCount() < limit ? new Call(method, path) : new Call(OTHER, OTHER);
            known = counts.computeIfAbsent(call, _ -> new LongAdder());
        }
        known.increment();
    }

    /** The counts since the start, by path and method. */
    public List<Count> counts() {
        return counts.entrySet().stream()
                .map(e -> new Count(
                        e.getKey().method(), e.getKey().path(), e.getValue().sum()))
                .sorted(Comparator.comparing(Count::path).thenComparing(Count::method))
                .toList();
    }
}
