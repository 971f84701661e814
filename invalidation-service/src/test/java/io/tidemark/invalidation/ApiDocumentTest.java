package io.tidemark.invalidation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.fixtures.ApiDocument;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** The API's document names what is mapped, and nothing else. */
class ApiDocumentTest {
    @Test
    void everyRouteIsDescribedAndNothingElseIs() {
        var mapping =
                LocalService.get().context.getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class);

        assertThat(ApiDocument.named("invalidation-service").publicOperations())
                .isNotEmpty()
                .isEqualTo(mapped(mapping));
    }

    private static Set<String> mapped(RequestMappingHandlerMapping mapping) {
        Set<String> mapped = new TreeSet<>();
        mapping.getHandlerMethods().forEach((info, handler) -> {
            if (handler.getBeanType().getName().startsWith("io.tidemark.")) {
                info.getPatternValues()
                        .forEach(path -> info.getMethodsCondition()
                                .getMethods()
                                .forEach(method -> mapped.add(method + " " + path)));
            }
        });
        return mapped;
    }
}
