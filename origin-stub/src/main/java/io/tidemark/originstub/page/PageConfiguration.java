package io.tidemark.originstub.page;

import java.time.Duration;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** {@code /try/}: the page; below {@code lib} what it uses of others, whose addresses have their versions. */
@Configuration(proxyBeanMethods = false)
class PageConfiguration implements WebMvcConfigurer {
    private static final String FILES = "classpath:/static/try/";
    private static final Duration FOR_GOOD = Duration.ofDays(365);

    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        registry.addRedirectViewController("/try", "/try/");
        registry.addViewController("/try/").setViewName("forward:/try/index.html");
    }

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/try/**").addResourceLocations(FILES).setCacheControl(CacheControl.noCache());
        registry.addResourceHandler("/try/lib/*@*/**")
                .addResourceLocations(FILES + "lib/")
                .setCacheControl(CacheControl.maxAge(FOR_GOOD).cachePublic().immutable());
    }
}
