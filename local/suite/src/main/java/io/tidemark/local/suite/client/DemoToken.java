package io.tidemark.local.suite.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A token of a user as the demo issuer signs it: a JWT with HS256 (RFC 7519, RFC 7518 section 3.2). */
public final class DemoToken {
    private static final String ALGORITHM = "HmacSHA256";
    private static final long SECONDS = 3600;

    private DemoToken() {}

    /**
     * A token that is good for an hour.
     *
     * @param secret of the issuer, signed with as UTF-8
     */
    public static String of(String user, String secret) {
        return signed(user, "", secret);
    }

    /** The same of a user who is at home in a region. */
    public static String of(String user, String region, String secret) {
        return signed(user, ",\"region\":\"" + region + '"', secret);
    }

    private static String signed(String user, String more, String secret) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String claims = "{\"sub\":\"" + user + "\",\"exp\":"
                + Instant.now().plusSeconds(SECONDS).getEpochSecond() + more + '}';
        String signed = base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(UTF_8))
                + '.'
                + base64.encodeToString(claims.getBytes(UTF_8));
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), ALGORITHM));
            return signed + '.' + base64.encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
