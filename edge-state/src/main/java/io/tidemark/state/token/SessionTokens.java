package io.tidemark.state.token;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tidemark.state.keys.KeySet;
import io.tidemark.state.keys.Macs;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/**
 * Makes and judges tokens: {@code v1.<key>.<session>.<home>.<issued>.<HMAC-SHA-256 of what is before>}, the last in base64url.
 * All regions have the same keys, so that each can judge the tokens of all. The MAC is compared as text, so that a token has one
 * spelling only. Thread-safe.
 */
public final class SessionTokens {
    private static final String VERSION = "v1.";
    private static final int LONGEST = 256;
    private static final int PARTS = 6;
    private static final int MAC_LENGTH = 43;

    private final KeySet keys;
    private final Duration lifetime;

    /** @param lifetime from the issue to the absolute end of a session */
    public SessionTokens(KeySet keys, Duration lifetime) {
        this.keys = keys.derive("session tokens", "HmacSHA256");
        this.lifetime = lifetime;
    }

    public String sign(SessionToken token) {
        KeySet.Key key = keys.inUse();
        String signed = VERSION
                + key.id()
                + '.'
                + token.session()
                + '.'
                + token.home()
                + '.'
                + token.issued().getEpochSecond();
        return signed + '.' + mac(key, signed);
    }

    /** Whether a text says of itself that it is one, good or not. */
    public static boolean isMeant(String text) {
        return text.startsWith(VERSION);
    }

    public TokenVerdict verify(String text, Instant now) {
        if (text.length() > LONGEST || !(text.startsWith(VERSION) || VERSION.startsWith(text))) {
            return new TokenVerdict.Invalid(TokenFault.FORGED);
        }
        String[] parts = text.split("\\.", PARTS + 1);
        if (parts.length < PARTS || parts[PARTS - 1].length() < MAC_LENGTH) {
            return new TokenVerdict.Invalid(TokenFault.TRUNCATED);
        }
        KeySet.Key key = keys.find(parts[1]);
        if (key == null || parts.length > PARTS || parts[PARTS - 1].length() > MAC_LENGTH) {
            return new TokenVerdict.Invalid(TokenFault.FORGED);
        }
        String mac = mac(key, text.substring(0, text.lastIndexOf('.')));
        if (!MessageDigest.isEqual(mac.getBytes(US_ASCII), parts[PARTS - 1].getBytes(US_ASCII))) {
            return new TokenVerdict.Invalid(TokenFault.FORGED);
        }
        Instant issued = Instant.ofEpochSecond(Long.parseLong(parts[4])); // signed by us, so it is a number
        return issued.plus(lifetime).isAfter(now)
                ? new TokenVerdict.Valid(new SessionToken(parts[2], parts[3], issued))
                : new TokenVerdict.Invalid(TokenFault.EXPIRED);
    }

    private static String mac(KeySet.Key key, String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Macs.of(key.secret(), text));
    }
}
