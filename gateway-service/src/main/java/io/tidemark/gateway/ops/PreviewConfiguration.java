package io.tidemark.gateway.ops;

import io.tidemark.gateway.log.StoredSubjects;
import io.tidemark.gateway.store.TieredStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PreviewConfiguration {
    @Bean
    StoredSubjects storedSubjects(TieredStore store) {
        return store.local()::forEachSubject;
    }
}
