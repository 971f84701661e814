package io.tidemark.writequeue.clients;

import io.tidemark.writequeue.requests.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Tells clients apart: by their tokens where that is configured, by a header otherwise. Thread-safe. */
@Component
@EnableConfigurationProperties(AcceptanceProperties.class)
public class Clients {
    private static final int MAX_LENGTH = 200;

    /** What a client's name must be, for people. */
    static final String USABLE = "1 to " + MAX_LENGTH + " visible ASCII characters";

    private final AcceptanceProperties properties;
    private final @Nullable ClientTokens tokens;

    public Clients(AcceptanceProperties properties, Environment environment, Clock clock) {
        this.properties = properties;
        this.tokens = properties.jwt().isConfigured() ? new ClientTokens(properties.jwt(), clock) : null;
        if (properties.operators().contains(properties.anonymous())
                && !environment.acceptsProfiles(Profiles.of("local"))) {
            throw new IllegalArgumentException("tidemark.writes.acceptance.operators must not have \""
                    + properties.anonymous() + "\", which is everybody, but in the profile local");
        }
    }

    /** Who sent the request; fails with a problem if that cannot be told. */
    public String of(HttpServletRequest request) {
        if (tokens != null) {
            List<String> lines = Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION));
            return tokens.clientOf(lines.isEmpty() ? null : String.join(", ", lines)); // two are no token
        }
        String header = properties.clientHeader();
        List<String> names = header.isBlank() ? List.of() : Collections.list(request.getHeaders(header));
        if (names.isEmpty() || (names.size() == 1 && names.getFirst().isBlank())) {
            return properties.anonymous();
        }
        if (names.size() > 1 || !isUsable(names.getFirst())) {
            throw Refusal.of(
                    HttpStatus.BAD_REQUEST,
                    "invalid-client",
                    "The client's name is not usable",
                    header + " must stand once and be " + USABLE);
        }
        return names.getFirst();
    }

    /** Whether this is the name of all that have none. */
    public boolean isAnonymous(String client) {
        return tokens == null && client.equals(properties.anonymous());
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
