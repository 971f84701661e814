package io.tidemark.gateway.ops;

import io.tidemark.gateway.server.EmptyRefusals;
import io.tidemark.gateway.server.Http1Connections;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import reactor.netty.NettyPipeline;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the management port has of the gateway's own: whatever it refuses, it says why. Named in {@code META-INF/spring}, and no
 * component: the gateway's own port is not to have it.
 */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
class ManagementPortConfiguration {
    private static final String DETAIL = "there is no such thing here, or the request is none that this port reads";

    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> refusalsOfTheManagementPort(JsonMapper mapper) {
        return factory -> factory.addServerCustomizers(server -> Http1Connections.each(
                server,
                channel -> channel.pipeline()
                        .addBefore(
                                NettyPipeline.HttpTrafficHandler,
                                "tidemark.emptyRefusals",
                                new EmptyRefusals(mapper, null, DETAIL))));
    }
}
