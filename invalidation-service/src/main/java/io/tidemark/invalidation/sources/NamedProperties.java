package io.tidemark.invalidation.sources;

import java.util.Map;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;

/** Things that are configured by name, {@code tidemark.sources.<name>}. */
public final class NamedProperties {
    private NamedProperties() {}

    /**
     * What is configured below a prefix. A property that there is not fails the start: {@code rate-limt} would limit nothing.
     *
     * @throws org.springframework.boot.context.properties.bind.BindException naming the property that is not right
     */
    public static <T> Map<String, T> below(String prefix, Class<T> type, Binder binder) {
        BindHandler strict = new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter());
        return binder.bind(prefix, Bindable.mapOf(String.class, type), strict).orElse(Map.of());
    }
}
