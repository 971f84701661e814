package io.tidemark.local.suite;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A signature of Standard Webhooks, version 1. */
final class WebhookSignature {
    /** The secret of the local suite's source {@code catalog}, without its {@code whsec_}. */
    static final String LOCAL_SECRET = "dGlkZW1hcmstbG9jYWwtc3VpdGUtc2VjcmV0IQ==";

    private static final String ALGORITHM = "HmacSHA256";

    private WebhookSignature() {}

    /** The value of the header {@code webhook-signature}. */
    static String of(String id, Instant timestamp, String body, String base64Secret) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(base64Secret), ALGORITHM));
            String signed = id + "." + timestamp.getEpochSecond() + "." + body;
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
