package io.tidemark.invalidation.console;

import io.tidemark.commons.requests.RequestIdFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Cookie.SameSite;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * The console on the management port, which is never public. Named in {@code META-INF/spring}, and no component: the service's own
 * port is not to have it, nor what looks after who may.
 */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
@Import({ConsoleSecurity.class, ConsoleRoutes.class})
class ConsoleManagement {
    static final String PATH = "/console";

    @Bean
    RouterFunction<ServerResponse> consoleFunctions(ConsoleRoutes routes) {
        return routes.all();
    }

    @Bean
    FilterRegistrationBean<Filter> consoleSecurity(@Qualifier("springSecurityFilterChain") Filter chain) {
        return before(chain, 0);
    }

    @Bean
    FilterRegistrationBean<Filter> consoleRequestIds(RequestIdFilter requestIds) {
        return before(requestIds, -1);
    }

    private static FilterRegistrationBean<Filter> before(Filter filter, int order) {
        FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(filter);
        registration.addUrlPatterns(PATH, PATH + "/*");
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST));
        registration.setOrder(order);
        return registration;
    }

    /** Cookies are of a host, whatever the port: of those of other services it must not be one. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> consoleSessions() {
        return factory -> {
            var cookie = factory.getSettings().getSession().getCookie();
            cookie.setName("tidemark-console");
            cookie.setPath(PATH);
            cookie.setHttpOnly(true);
            cookie.setSameSite(SameSite.STRICT);
        };
    }
}
