package io.tidemark.gateway.policy;

import java.lang.reflect.RecordComponent;
import java.util.Locale;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.IgnoreTopLevelConverterNotFoundBindHandler;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Refuses the start where a member of one of the groups of {@link EdgeProperties} is not known, a policy's above all: one that
 * is misspelt would be as good as absent. The groups themselves stand beside those of others under {@code tidemark}, so they are
 * looked at one by one.
 */
@Component
final class KnownNames {
    private static final BindHandler STRICT = new NoUnboundElementsBindHandler(
            new IgnoreTopLevelConverterNotFoundBindHandler(), new UnboundElementsSourceFilter());

    KnownNames(Environment environment) {
        Binder binder = Binder.get(environment);
        binder.bind("tidemark.policies", Bindable.mapOf(String.class, PolicyProperties.class), STRICT);
        for (RecordComponent group : EdgeProperties.class.getRecordComponents()) {
            if (group.getType().isRecord()) {
                String name = group.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
                binder.bind("tidemark." + name, Bindable.of(group.getType()), STRICT);
            }
        }
    }
}
