package io.tidemark.gateway.server;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.gateway.filter.ratelimit.KeyResolver;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

/** What the connections from clients are configured by. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({FieldProperties.class, ForwardedProperties.class, RequestProperties.class})
class ServerConfiguration {
    /** For Spring Cloud Gateway's {@code RequestRateLimiter}: a client is an address, as trusted proxies name it. */
    @Bean
    KeyResolver clientAddress() {
        return exchange -> Mono.just(ArrivedRequest.of(exchange.getRequest())
                .forwarding()
                .chain()
                .getFirst()
                .getHostAddress());
    }
}
