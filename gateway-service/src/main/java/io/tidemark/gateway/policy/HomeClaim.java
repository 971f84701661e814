package io.tidemark.gateway.policy;

import io.tidemark.gateway.http.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;

/** What a user's bearer token says of the region that its user's data are at home in. Thread-safe. */
@Component
@EnableConfigurationProperties(ResidencyProperties.class)
public final class HomeClaim {
    private final UserClaims users;
    private final @Nullable String claim;

    HomeClaim(UserClaims users, ResidencyProperties properties) {
        this.users = users;
        this.claim = properties.claim();
    }

    /** What it says. */
    public sealed interface Said {
        /** Nothing: there is no token, or it has no such claim. */
        record Nothing() implements Said {}

        /** There is a token that cannot be trusted, or one whose claim is no region. */
        record Unusable() implements Said {}

        record Region(String name) implements Said {}
    }

    /** What the token of a request says; a session's token is none of a user's. */
    public Said of(ServerHttpRequest request) {
        List<String> lines = request.getHeaders().getOrDefault(HttpHeaders.AUTHORIZATION, List.of());
        if (claim == null || lines.isEmpty()) {
            return new Said.Nothing();
        }
        Headers.Builder fields = Headers.builder();
        lines.forEach(line -> fields.add(HttpHeaders.AUTHORIZATION, line));
        return switch (users.claim(fields.build(), claim)) {
            case UserClaims.Claim.Absent _ -> new Said.Nothing();
            case UserClaims.Claim.Untrusted _ -> new Said.Unusable();
            case UserClaims.Claim.Value(Object value) ->
                value instanceof String name && ResidencyProperties.isRegion(name)
                        ? new Said.Region(name)
                        : new Said.Unusable();
        };
    }
}
