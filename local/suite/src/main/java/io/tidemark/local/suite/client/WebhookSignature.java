package io.tidemark.local.suite.client;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The signature of Standard Webhooks, version 1, and the headers that carry it. */
public final class WebhookSignature {
    /**
     * The secret of the suite's source {@code catalog}, without its {@code whsec_}: that of one machine, if {@link DotEnv} has no
     * other.
     */
    public static final String SECRET = DotEnv.get(
                    "CATALOG_WEBHOOK_SECRET", "whsec_dGlkZW1hcmstbG9jYWwtc3VpdGUtc2VjcmV0IQ==")
            .substring("whsec_".length());

    private static final String ALGORITHM = "HmacSHA256";

    private WebhookSignature() {}

    /** The headers of a new message of the local suite's source {@code catalog}, and others beside them. */
    public static String[] headers(String body, String... others) {
        return headers("msg_" + UUID.randomUUID(), Instant.now(), body, SECRET, others);
    }

    /** The headers of a message, and others beside them: names and values in turn. */
    public static String[] headers(String id, Instant timestamp, String body, String base64Secret, String... others) {
        return Stream.concat(
                        Stream.of(
                                "webhook-id",
                                id,
                                "webhook-timestamp",
                                Long.toString(timestamp.getEpochSecond()),
                                "webhook-signature",
                                of(id, timestamp, body, base64Secret)),
                        Stream.of(others))
                .toArray(String[]::new);
    }

    /** The value of the header {@code webhook-signature}. */
    private static String of(String id, Instant timestamp, String body, String base64Secret) {
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
