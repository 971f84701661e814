package io.tidemark.gateway.session;

import io.tidemark.state.token.SessionTokens;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * Where a session's token is: in a cookie (RFC 6265), or with those who are no browser a bearer token (RFC 6750), which counts
 * more.
 */
final class SessionCookie {
    private static final String BEARER = "Bearer ";

    /** No token. */
    private static final String TWO_COOKIES = "?";

    private final String name;
    private final boolean secure;
    private final Duration lifetime;

    /** @param lifetime from its beginning to a session's absolute end */
    SessionCookie(boolean secure, Duration lifetime) {
        this.name = secure ? "__Host-tidemark-session" : "tidemark-session";
        this.secure = secure;
        this.lifetime = lifetime;
    }

    String name() {
        return name;
    }

    /** The text of the token, null if there is none. Of two cookies of the name neither counts: who set them cannot be told. */
    @Nullable
    String of(ServerHttpRequest request) {
        String bearer = bearer(request);
        if (bearer != null && SessionTokens.isMeant(bearer)) {
            return bearer;
        }
        List<HttpCookie> cookies = request.getCookies().getOrDefault(name, List.of());
        return cookies.isEmpty()
                ? null
                : cookies.size() == 1 ? cookies.getFirst().getValue() : TWO_COOKIES;
    }

    /** What is shown as a bearer, null if there is nothing. */
    static @Nullable String bearer(ServerHttpRequest request) {
        return bearer(request.getHeaders().getOrDefault(HttpHeaders.AUTHORIZATION, List.of()));
    }

    /** The same, of the field's lines. */
    static @Nullable String bearer(List<String> lines) {
        return lines.size() == 1 && lines.getFirst().regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? lines.getFirst().substring(BEARER.length()).strip()
                : null;
    }

    /** The text of the token in a line of cookies, where it is written so plainly that there is no doubt what it is; else null. */
    @Nullable
    String onlyOne(String line) {
        int at = line.startsWith(name + '=') ? 0 : line.indexOf("; " + name + '=');
        if (at < 0 || line.indexOf(name, at + name.length() + 2) >= 0) {
            return null;
        }
        int start = line.indexOf('=', at) + 1;
        int end = line.indexOf(';', start);
        String value = line.substring(start, end < 0 ? line.length() : end);
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) != '.' && !isOfToken(value.charAt(i))) {
                return null;
            }
        }
        return value.isEmpty() ? null : value;
    }

    /** Whether a part of a token may have this: one of base64url. */
    static boolean isOfToken(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    void set(ServerHttpResponse response, String token) {
        add(response, token, lifetime);
    }

    void clear(ServerHttpResponse response) {
        add(response, "", Duration.ZERO);
    }

    private void add(ServerHttpResponse response, String value, Duration age) {
        ResponseCookie cookie = ResponseCookie.from(name, value)
                .path("/")
                .maxAge(age)
                .httpOnly(true)
                .secure(secure)
                .sameSite("Lax")
                .build();
        response.getHeaders().add(HttpHeaders.SET_COOKIE, cookie.toString());
    }
}
