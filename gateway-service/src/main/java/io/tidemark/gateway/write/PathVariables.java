package io.tidemark.gateway.write;

import io.tidemark.commons.problems.Problems;
import java.util.Map;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.server.ServerWebExchange;

/** The variables of a route's path, for writes that are named by them. */
final class PathVariables {
    /** Spring decodes what is no UTF-8 as this: two names would become one. */
    private static final char REPLACEMENT = '\uFFFD';

    private PathVariables() {}

    /**
     * The variables, decoded.
     *
     * @throws ErrorResponseException 400 that names the one whose octets are no UTF-8
     */
    static Map<String, String> of(ServerWebExchange exchange) {
        Map<String, String> variables = ServerWebExchangeUtils.getUriTemplateVariables(exchange);
        variables.forEach((name, value) -> {
            if (value.indexOf(REPLACEMENT) >= 0) {
                throw new ErrorResponseException(
                        HttpStatus.BAD_REQUEST,
                        Problems.of(
                                HttpStatus.BAD_REQUEST,
                                "request-target",
                                "The request target is invalid",
                                "what stands for {" + name + "} in its path is no UTF-8"),
                        null);
            }
        });
        return variables;
    }
}
