package io.tidemark.invalidation;

import org.apache.coyote.ContinueResponseTiming;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

@Configuration(proxyBeanMethods = false)
class ServerConfiguration {
    /**
     * A body is asked for (100 Continue, RFC 9110 section 10.1.1) only when it is about to be read: of an unsigned request it never
     * is. After Boot's own, whose error pages would come first.
     */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> readsNothingUnasked() {
        return factory -> {
            factory.addConnectorCustomizers(connector -> {
                if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
                    http.setContinueResponseTiming(ContinueResponseTiming.ON_REQUEST_BODY_READ.toString());
                }
                connector.setEncodedSolidusHandling(
                        EncodedSolidusHandling.PASS_THROUGH.getValue()); // a subject may have one
            });
            factory.addContextCustomizers(
                    context -> context.getParent().getPipeline().addValve(new ProblemReports()));
        };
    }
}
