package io.tidemark.gateway.cache;

import io.tidemark.gateway.http.Headers;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The primary key of a stored response (RFC 9111 §2): what must be equal for two requests to be of one resource. The
 * method is no part of it: only GET responses are stored.
 *
 * @param query the query as far as it counts, null if the target had no question mark
 */
public record CacheKey(Site site, String path, @Nullable String query) {
    /** Begins what a key of one user has; all else begins with a digit or a v. */
    private static final String USER = "u";

    /**
     * What many keys have in common.
     *
     * @param route the id of the route; two routes that share a path share nothing
     * @param extra what the policy adds (fields, cookies, claims), "" if nothing
     */
    public record Site(String route, String scheme, String authority, String extra) {}

    /** A key of its parts; see {@link Site}. */
    public CacheKey(String route, String scheme, String authority, String path, @Nullable String query, String extra) {
        this(new Site(route, scheme, authority, extra), path, query);
    }

    /** The key of a request under a route, with the query as it was sent. */
    public static CacheKey of(String route, PresentedRequest request) {
        return of(route, request, KeySettings.urlOnly());
    }

    public static CacheKey of(String route, PresentedRequest request, KeySettings settings) {
        return of(route, request, settings, Map.of());
    }

    /**
     * The key where the policy may have claims in it.
     *
     * @param claims of the user's token, by their names; only those that can be trusted
     */
    public static CacheKey of(
            String route, PresentedRequest request, KeySettings settings, Map<String, String> claims) {
        return new CacheKey(
                route,
                request.scheme(),
                request.authority(),
                request.path(),
                query(request.query(), settings),
                extra(request.headers(), settings, claims));
    }

    /** The same under a version, one more thing that responses must have in common; "" for none. */
    public CacheKey underVersion(String version) {
        return version.isEmpty()
                ? this
                : new CacheKey(
                        route(),
                        scheme(),
                        authority(),
                        path,
                        query,
                        "v" + version.length() + ':' + version + ' ' + extra());
    }

    /** The same for one user alone: what it names is nobody else's. */
    public CacheKey forUser(String name) {
        return new CacheKey(
                route(), scheme(), authority(), path, query, USER + name.length() + ':' + name + ' ' + extra());
    }

    /** Whether it is of one user alone. */
    public boolean isPersonal() {
        return site.extra.startsWith(USER);
    }

    /** The name that stands for the user whose alone it is. */
    public String user() {
        int colon = site.extra.indexOf(':');
        int length = Integer.parseInt(site.extra, USER.length(), colon, 10);
        return site.extra.substring(colon + 1, colon + 1 + length);
    }

    public String route() {
        return site.route;
    }

    public String scheme() {
        return site.scheme;
    }

    public String authority() {
        return site.authority;
    }

    public String extra() {
        return site.extra;
    }

    private static @Nullable String query(@Nullable String query, KeySettings settings) {
        if (query == null || settings.keepsQuery()) {
            return query;
        }
        List<String> parameters = new ArrayList<>();
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            if (settings.counts(decoded(equals < 0 ? parameter : parameter.substring(0, equals)))) {
                parameters.add(parameter);
            }
        }
        if (settings.sortParameters()) {
            Collections.sort(parameters);
        }
        return parameters.isEmpty() ? null : String.join("&", parameters);
    }

    /** The name that a parameter's name means to who reads it: {@code %69d} is {@code id}. */
    private static String decoded(String name) {
        if (name.indexOf('%') < 0 && name.indexOf('+') < 0) {
            return name;
        }
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return name;
        }
    }

    private static String extra(Headers request, KeySettings settings, Map<String, String> claims) {
        if (settings.headers().isEmpty()
                && settings.cookies().isEmpty()
                && settings.claims().isEmpty()) {
            return "";
        }
        StringBuilder extra = new StringBuilder();
        for (String name : settings.headers()) {
            List<String> lines = request.all(name);
            part(extra, lines.isEmpty() ? "-" : '=' + FieldNormalization.normalize(CacheControl.lower(name), lines));
        }
        for (String name : settings.cookies()) {
            String value = cookie(request, name);
            part(extra, value == null ? "-" : '=' + value);
        }
        for (String name : settings.claims()) {
            String value = claims.get(name);
            part(extra, value == null ? "-" : '=' + value);
        }
        return extra.toString();
    }

    private static @Nullable String cookie(Headers request, String name) {
        for (String line : request.all("Cookie")) {
            for (String pair : line.split(";", -1)) {
                String cookie = pair.strip();
                if (cookie.startsWith(name) && cookie.startsWith("=", name.length())) {
                    return cookie.substring(name.length() + 1);
                }
            }
        }
        return null;
    }

    /** One line that only equal keys share: each part is preceded by its length. */
    public String text() {
        StringBuilder text = new StringBuilder(64 + path.length());
        part(text, site.route);
        part(text, site.scheme);
        part(text, site.authority);
        part(text, path);
        part(text, query == null ? "" : '?' + query);
        part(text, site.extra);
        return text.toString();
    }

    private static void part(StringBuilder text, String part) {
        text.append(part.length()).append(':').append(part).append(' ');
    }

    /** For people: the URL. */
    @Override
    public String toString() {
        return scheme() + "://" + authority() + path + (query == null ? "" : '?' + query);
    }
}
