package io.tidemark.gateway.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tidemark.gateway.http.EdgeFields;
import io.tidemark.gateway.server.ArrivedRequest;
import io.tidemark.state.keys.KeySet;
import io.tidemark.state.keys.Macs;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Marks requests that a gateway passes to another region, so that none goes round in a circle: {@code
 * <home>.<from>.<key>.<HMAC-SHA-256 of these, method and target>} in {@value EdgeFields#HOME}. All regions have the keys; what
 * anybody else writes into the field counts for nothing. Thread-safe.
 */
public final class HomeMark {
    private static final int PARTS = 4;
    private static final int LONGEST = 160;

    private final @Nullable KeySet keys;
    private final String region;

    /**
     * One for a gateway.
     *
     * @param keys those of all regions, null for none: nothing can be marked, and nothing is believed
     */
    HomeMark(@Nullable KeySet keys, String region) {
        this.keys = keys == null ? null : keys.derive("home marks", "HmacSHA256");
        this.region = region;
    }

    /**
     * What a gateway has said that passed a request on.
     *
     * @param home the region that it was passed to
     * @param from its own
     */
    public record Passed(String home, String from) {}

    /** Whether anything can be marked. */
    public boolean hasKeys() {
        return keys != null;
    }

    /** The field's value for a request that is passed on. */
    public String of(String home, String method, String target) {
        if (keys == null) {
            throw new IllegalStateException("no keys");
        }
        return signed(keys.inUse(), home, region, method, target);
    }

    /** What the request says of having been passed on, null if it says nothing that can be believed. */
    public @Nullable Passed believed(ServerHttpRequest request) {
        List<String> lines = request.getHeaders().getOrDefault(EdgeFields.HOME, List.of());
        if (keys == null || lines.size() != 1 || lines.getFirst().length() > LONGEST) {
            return null;
        }
        String[] parts = lines.getFirst().split("\\.", PARTS + 1);
        KeySet.Key key = parts.length == PARTS ? keys.find(parts[2]) : null;
        if (key == null) {
            return null;
        }
        String method = request.getMethod().name();
        String target = ArrivedRequest.of(request).target().text();
        boolean isOurs = MessageDigest.isEqual(
                signed(key, parts[0], parts[1], method, target).getBytes(US_ASCII),
                lines.getFirst().getBytes(US_ASCII));
        return isOurs ? new Passed(parts[0], parts[1]) : null;
    }

    private static String signed(KeySet.Key key, String home, String from, String method, String target) {
        String names = home + '.' + from + '.' + key.id();
        byte[] mac = Macs.of(key.secret(), names + '\n' + method + '\n' + target);
        return names + '.' + Base64.getUrlEncoder().withoutPadding().encodeToString(mac);
    }
}
