package io.tidemark.gateway.documents.regions;

import java.util.List;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether {@code tidemark.documents.regions.others} names a region. */
final class OtherRegions implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return !Binder.get(context.getEnvironment())
                .bind("tidemark.documents.regions.others", Bindable.listOf(String.class))
                .orElse(List.of())
                .isEmpty();
    }
}
