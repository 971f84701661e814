package io.tidemark.invalidation.sources;

import io.tidemark.invalidation.sources.Verification.Genuine;
import io.tidemark.invalidation.sources.Verification.Reason;
import io.tidemark.invalidation.sources.Verification.Refused;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * GitHub's scheme: {@code X-Hub-Signature-256: sha256=<hex>} over the body. It signs neither a time nor the delivery's id:
 * who holds a recorded request can send it again under another id. That repeats a purge and does no more.
 */
final class GithubVerifier implements WebhookVerifier {
    static final String DELIVERY = "X-GitHub-Delivery";
    static final String SIGNATURE = "X-Hub-Signature-256";

    private static final String PREFIX = "sha256=";
    private static final int MAX_ID_LENGTH = 256;

    private final List<byte[]> secrets;

    GithubVerifier(List<String> secrets) {
        this.secrets = secrets.stream().map(Signature::utf8).toList();
    }

    @Override
    public Verification verify(SignedRequest request, Instant now) {
        String id = request.headers().get(DELIVERY);
        String signature = request.headers().get(SIGNATURE);
        if (id == null || signature == null) {
            return new Refused(Reason.UNSIGNED, "the header " + (id == null ? DELIVERY : SIGNATURE) + " is missing");
        }
        if (id.isBlank() || id.length() > MAX_ID_LENGTH) {
            return new Refused(Reason.MALFORMED, DELIVERY + " must have 1 to " + MAX_ID_LENGTH + " characters");
        }
        byte[] candidate;
        try {
            if (!signature.startsWith(PREFIX)) {
                throw new IllegalArgumentException("no prefix");
            }
            candidate = HexFormat.of().parseHex(signature.substring(PREFIX.length()));
        } catch (IllegalArgumentException unreadable) {
            return new Refused(Reason.MALFORMED, SIGNATURE + " must be " + PREFIX + "<hexadecimal digits>");
        }
        return Signature.matches(secrets, List.of(candidate), request.body())
                ? new Genuine(id)
                : new Refused(Reason.MISMATCH, SIGNATURE + " is not one of this source's over the body");
    }
}
