package io.tidemark.local.suite.launcher;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;

/**
 * What the services of one run keep users' data with: made when the suite starts, in no file. Given to them in their environment,
 * which other users of this machine do not see.
 *
 * @param tokens what the demo issuer signs its tokens with: HS256, as UTF-8
 * @param sessions signs sessions, in both regions
 * @param subjects makes names that stand for users, everywhere the same
 * @param dataEu seals what is kept in eu
 * @param dataUs seals what is kept in us
 */
record StateSecrets(String tokens, String sessions, String subjects, String dataEu, String dataUs) {
    private static final int BYTES = 32;

    static StateSecrets random() {
        var random = new SecureRandom();
        return new StateSecrets(
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(random)),
                key(random),
                key(random),
                key(random),
                key(random));
    }

    private static String key(SecureRandom random) {
        return "k1:" + Base64.getEncoder().encodeToString(bytes(random));
    }

    private static byte[] bytes(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    private Map<String, String> gateway(String region) {
        return Map.of(
                "TIDEMARK_STATE_ENABLED",
                "true",
                "TIDEMARK_STATE_KEYS_0",
                sessions,
                "TIDEMARK_STATE_SUBJECTKEYS_0",
                subjects,
                "TIDEMARK_STATE_DATAKEYS_0",
                region.equals("eu") ? dataEu : dataUs,
                "TIDEMARK_STATE_HOMES_EU",
                "http://127.0.0.1:8080",
                "TIDEMARK_STATE_HOMES_US",
                "http://127.0.0.1:8081",
                "TIDEMARK_FORWARDED_TRUSTED_0", // the other region's gateway, which passes calls on
                "127.0.0.1/32",
                "TIDEMARK_TOKENS_SECRET",
                tokens);
    }

    /**
     * The environment of a service.
     *
     * @param plainWrites whether nobody's writes are sealed
     */
    Map<String, String> of(String module, String region, boolean plainWrites) {
        return switch (module) {
            case "gateway-service" -> gateway(region);
            case "invalidation-service" -> invalidation();
            case "write-queue-service" -> writes(plainWrites);
            default -> Map.of();
        };
    }

    /** The one source of the suite may erase users, whom both regions keep something of. */
    private Map<String, String> invalidation() {
        return Map.of(
                "TIDEMARK_SOURCES_CATALOG_SUBJECTS",
                "true",
                "TIDEMARK_SUBJECTS_KEYS_0",
                subjects,
                "TIDEMARK_SUBJECTS_REGIONS",
                "eu,us");
    }

    /** Orders are personal. It shares the Redis of eu, and so the data keys there. */
    private Map<String, String> writes(boolean plain) {
        return Map.of(
                "TIDEMARK_ORDERS_PERSONAL",
                Boolean.toString(!plain),
                "TIDEMARK_WRITES_PERSONAL_SUBJECTKEYS_0",
                subjects,
                "TIDEMARK_WRITES_PERSONAL_DATAKEYS_0",
                dataEu);
    }
}
