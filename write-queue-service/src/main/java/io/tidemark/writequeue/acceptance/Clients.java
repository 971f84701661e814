package io.tidemark.writequeue.acceptance;

import io.tidemark.commons.problems.Problems;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;

/** Tells clients apart. */
@Component
@EnableConfigurationProperties(AcceptanceProperties.class)
public class Clients {
    private static final int MAX_LENGTH = 200;

    private final AcceptanceProperties properties;

    public Clients(AcceptanceProperties properties) {
        this.properties = properties;
    }

    /** Who sent the request. */
    public String of(HttpServletRequest request) {
        String client = request.getHeader(properties.clientHeader());
        if (client == null || client.isBlank()) {
            return properties.anonymous();
        }
        if (client.length() > MAX_LENGTH || client.chars().anyMatch(c -> c < '!' || c > '~')) {
            throw new ErrorResponseException(
                    HttpStatus.BAD_REQUEST,
                    Problems.of(
                            HttpStatus.BAD_REQUEST,
                            "invalid-client",
                            "The client's name is not usable",
                            properties.clientHeader() + " must be 1 to " + MAX_LENGTH + " visible ASCII characters"),
                    null);
        }
        return client;
    }

    /** Whether the client may see and move every client's dead letters. */
    public boolean isOperator(String client) {
        return properties.operators().contains(client);
    }
}
