package io.tidemark.gateway.server;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

/** What the connections from clients are configured by. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({FieldProperties.class, ForwardedProperties.class, RequestProperties.class})
class ServerConfiguration {}
