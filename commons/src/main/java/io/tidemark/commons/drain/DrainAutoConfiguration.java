package io.tidemark.commons.drain;

import java.util.List;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The drain ({@code tidemark.drain}, default 10 s) of every service that answers requests. */
@AutoConfiguration
@ConditionalOnWebApplication
@EnableConfigurationProperties(DrainProperties.class)
public class DrainAutoConfiguration {
    @Bean
    Drain drain(DrainProperties properties, List<ClientConnections> connections) {
        return new Drain(properties.drain(), connections);
    }

    /** The gateway has its own. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @ConditionalOnClass(name = "org.apache.catalina.connector.Connector")
    static class Tomcat {
        @Bean
        TomcatConnections tomcatConnections() {
            return new TomcatConnections();
        }
    }
}
