package io.tidemark.invalidation.freshness;

import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What a gateway, or the origin, answered.
 *
 * @param version {@code X-Data-Version}, else the entity tag, else the content's SHA-256
 * @param age {@code X-Data-Age-Ms}; absent if it is not from a cache
 * @param colo which gateway it was; empty if it did not say
 * @param isVerified not {@code Edge-Staleness: unverified}, for which receipts do not speak
 * @param requestId by which the gateway explains it
 */
record Answer(int status, String version, Optional<Duration> age, String colo, boolean isVerified, String requestId) {
    private static final String NUMBER = "[0-9]{1,18}";

    static Answer of(HttpResponse<byte[]> response) {
        return new Answer(
                response.statusCode(),
                field(response, "X-Data-Version")
                        .or(() -> field(response, "ETag"))
                        .orElseGet(() -> digest(response.body())),
                field(response, "X-Data-Age-Ms")
                        .filter(age -> age.matches(NUMBER))
                        .map(Long::parseLong)
                        .map(Duration::ofMillis),
                field(response, "X-Edge-Colo").orElse(""),
                field(response, "Edge-Staleness").isEmpty(),
                field(response, "X-Request-Id").orElse(""));
    }

    private static Optional<String> field(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).map(String::strip).filter(value -> value.length() <= 256);
    }

    private static String digest(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException("SHA-256 is in every JVM", never);
        }
    }
}
