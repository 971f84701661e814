package io.tidemark.invalidation.sources;

import io.tidemark.invalidation.sources.Verification.Genuine;
import io.tidemark.invalidation.sources.Verification.Reason;
import io.tidemark.invalidation.sources.Verification.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Standard Webhooks, symmetric ({@code v1}): HMAC-SHA256 over {@code id.timestamp.body}. Signatures of other versions are
 * passed over.
 *
 * @see <a href="https://www.standardwebhooks.com">standardwebhooks.com</a>
 */
final class StandardWebhookVerifier implements WebhookVerifier {
    static final String ID = "webhook-id";
    static final String TIMESTAMP = "webhook-timestamp";
    static final String SIGNATURE = "webhook-signature";
    static final String SECRET_PREFIX = "whsec_";
    static final Duration TOLERANCE = Duration.ofMinutes(5);
    /** The shortest secret that the specification allows, in bytes. */
    static final int MIN_SECRET_LENGTH = 24;

    private static final int MAX_ID_LENGTH = 256;
    private static final int MAX_SIGNATURES = 16;
    private static final String VERSION = "v1,";

    private final List<byte[]> secrets;

    /** @throws IllegalArgumentException if a secret is not {@code whsec_<base64>} of at least 24 bytes */
    StandardWebhookVerifier(List<String> secrets) {
        this.secrets = secrets.stream().map(StandardWebhookVerifier::secret).toList();
    }

    @Override
    public Optional<Refused> refusedByHeaders(SignedRequest.Headers headers, Instant now) {
        return Optional.ofNullable(read(headers, now) instanceof Refused refused ? refused : null);
    }

    @Override
    public Verification verify(SignedRequest request, Instant now) {
        return switch (read(request.headers(), now)) {
            case Refused refused -> refused;
            case Genuine genuine -> verify(genuine, request);
        };
    }

    /** Genuine as far as the headers tell. */
    private static Verification read(SignedRequest.Headers headers, Instant now) {
        String id = headers.get(ID);
        String timestamp = headers.get(TIMESTAMP);
        String signature = headers.get(SIGNATURE);
        if (id == null || timestamp == null || signature == null) {
            String missing = id == null ? ID : timestamp == null ? TIMESTAMP : SIGNATURE;
            return new Refused(Reason.UNSIGNED, "the header " + missing + " is missing");
        }
        if (id.isBlank() || id.length() > MAX_ID_LENGTH) {
            return new Refused(Reason.MALFORMED, ID + " must have 1 to " + MAX_ID_LENGTH + " characters");
        }
        Instant signedAt;
        try {
            signedAt = Instant.ofEpochSecond(Long.parseLong(timestamp));
        } catch (RuntimeException notSeconds) {
            return new Refused(Reason.MALFORMED, TIMESTAMP + " must be in seconds since 1970");
        }
        if (signedAt.isBefore(now.minus(TOLERANCE))) {
            return new Refused(Reason.TOO_OLD, TIMESTAMP + " is " + signedAt + ", more than 5 minutes ago");
        }
        if (signedAt.isAfter(now.plus(TOLERANCE))) {
            return new Refused(Reason.FROM_THE_FUTURE, TIMESTAMP + " is " + signedAt + ", more than 5 minutes ahead");
        }
        return new Genuine(id);
    }

    private Verification verify(Genuine claimed, SignedRequest request) {
        byte[] head = Signature.utf8(claimed.id() + '.' + request.headers().get(TIMESTAMP) + '.');
        List<byte[]> candidates = candidates(String.valueOf(request.headers().get(SIGNATURE)));
        return Signature.matches(secrets, candidates, head, request.body())
                ? claimed
                : new Refused(
                        Reason.MISMATCH,
                        "no v1 signature in " + SIGNATURE + " is one of this source's over " + ID + "." + TIMESTAMP
                                + ".body");
    }

    private static List<byte[]> candidates(String header) {
        List<byte[]> candidates = new ArrayList<>();
        for (String part : header.strip().split(" +", MAX_SIGNATURES + 1)) {
            if (part.startsWith(VERSION) && candidates.size() < MAX_SIGNATURES) {
                try {
                    candidates.add(Base64.getDecoder().decode(part.substring(VERSION.length())));
                } catch (IllegalArgumentException notBase64) {
                    // cannot match; another one may
                }
            }
        }
        return candidates;
    }

    private static byte[] secret(String configured) {
        if (!configured.startsWith(SECRET_PREFIX)) {
            throw new IllegalArgumentException("must start with " + SECRET_PREFIX);
        }
        byte[] secret;
        try {
            secret = Base64.getDecoder().decode(configured.substring(SECRET_PREFIX.length()));
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException("must be base64 after " + SECRET_PREFIX, notBase64);
        }
        if (secret.length < MIN_SECRET_LENGTH) {
            throw new IllegalArgumentException(
                    "must be of at least " + MIN_SECRET_LENGTH + " bytes, not " + secret.length);
        }
        return secret;
    }
}
