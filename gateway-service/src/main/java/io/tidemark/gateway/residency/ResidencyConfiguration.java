package io.tidemark.gateway.residency;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.origin.OriginClient;
import io.tidemark.gateway.policy.ResidencyProperties;
import io.tidemark.gateway.session.HomeMark;
import io.tidemark.state.configuration.StateProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Puts residency together. */
@Configuration(proxyBeanMethods = false)
class ResidencyConfiguration {
    @Bean
    ResidencyDoor residencyDoor(
            StateProperties state,
            ResidencyProperties properties,
            OriginClient origins,
            HomeMark mark,
            GatewayIdentity gateway,
            JsonMapper mapper,
            MeterRegistry metrics) {
        HomeRegions homes = new HomeRegions(state.homes(), properties.timeout(), origins, mark, gateway.cacheName());
        return new ResidencyDoor(gateway, homes, mark, mapper, metrics);
    }
}
