package io.tidemark.writequeue.acceptance;

import io.tidemark.commons.problems.Problems;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;

/** Tells clients apart: by their tokens where that is configured, by a header otherwise. Thread-safe. */
@Component
@EnableConfigurationProperties(AcceptanceProperties.class)
public class Clients {
    private static final int MAX_LENGTH = 200;

    /** What a client's name must be, for people. */
    static final String USABLE = "1 to " + MAX_LENGTH + " visible ASCII characters";

    private final AcceptanceProperties properties;
    private final @Nullable ClientTokens tokens;

    public Clients(AcceptanceProperties properties, Clock clock) {
        this.properties = properties;
        this.tokens = properties.jwt().isConfigured() ? new ClientTokens(properties.jwt(), clock) : null;
    }

    /** Who sent the request; fails with a problem if that cannot be told. */
    public String of(HttpServletRequest request) {
        if (tokens != null) {
            return tokens.clientOf(request.getHeader(HttpHeaders.AUTHORIZATION));
        }
        String client = request.getHeader(properties.clientHeader());
        if (client == null || client.isBlank()) {
            return properties.anonymous();
        }
        if (!isUsable(client)) {
            throw new ErrorResponseException(
                    HttpStatus.BAD_REQUEST,
                    Problems.of(
                            HttpStatus.BAD_REQUEST,
                            "invalid-client",
                            "The client's name is not usable",
                            properties.clientHeader() + " must be " + USABLE),
                    null);
        }
        return client;
    }

    static boolean isUsable(String client) {
        return !client.isEmpty()
                && client.length() <= MAX_LENGTH
                && client.chars().allMatch(c -> c >= '!' && c <= '~');
    }

    /** Whether the client may see and move every client's dead letters. */
    public boolean isOperator(String client) {
        return properties.operators().contains(client);
    }
}
