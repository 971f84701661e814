package io.tidemark.invalidation.sources;

import io.tidemark.invalidation.sources.Verification.Genuine;
import io.tidemark.invalidation.sources.Verification.Reason;
import io.tidemark.invalidation.sources.Verification.Refused;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * GitHub's scheme: {@code X-Hub-Signature-256: sha256=<hex>} over the body. It signs neither a time nor the delivery's id:
 * who holds a recorded request can send it again under another id. That repeats a purge and does no more.
 */
final class GithubVerifier implements WebhookVerifier {
    static final String DELIVERY = "X-GitHub-Delivery";
    static final String SIGNATURE = "X-Hub-Signature-256";

    /** A shorter one can be found out from one recorded request, in bytes. */
    static final int MIN_SECRET_LENGTH = 16;

    private static final Pattern SIGNED = Pattern.compile("sha256=[0-9a-fA-F]{64}");
    private static final int MAX_ID_LENGTH = 256;

    private final List<byte[]> secrets;

    /** @throws IllegalArgumentException if a secret is too short */
    GithubVerifier(List<String> secrets) {
        this.secrets = secrets.stream().map(GithubVerifier::secret).toList();
    }

    @Override
    public Optional<Refused> refusedByHeaders(SignedRequest.Headers headers, Instant now) {
        String id = headers.get(DELIVERY);
        String signature = headers.get(SIGNATURE);
        if (id == null || signature == null) {
            return refused(Reason.UNSIGNED, "the header " + (id == null ? DELIVERY : SIGNATURE) + " is missing");
        }
        if (id.isBlank() || id.length() > MAX_ID_LENGTH) {
            return refused(Reason.MALFORMED, DELIVERY + " must have 1 to " + MAX_ID_LENGTH + " characters");
        }
        if (!SIGNED.matcher(signature).matches()) {
            return refused(Reason.MALFORMED, SIGNATURE + " must be sha256=<64 hexadecimal digits>");
        }
        return Optional.empty();
    }

    @Override
    public Verification verify(SignedRequest request, Instant now) {
        Optional<Refused> refused = refusedByHeaders(request.headers(), now);
        if (refused.isPresent()) {
            return refused.get();
        }
        String signature = String.valueOf(request.headers().get(SIGNATURE));
        byte[] candidate = HexFormat.of().parseHex(signature.substring(signature.indexOf('=') + 1));
        return Signature.matches(secrets, List.of(candidate), request.body())
                ? new Genuine(String.valueOf(request.headers().get(DELIVERY)))
                : new Refused(Reason.MISMATCH, SIGNATURE + " is not one of this source's over the body");
    }

    private static Optional<Refused> refused(Reason reason, String detail) {
        return Optional.of(new Refused(reason, detail));
    }

    private static byte[] secret(String configured) {
        byte[] secret = Signature.utf8(configured);
        if (secret.length < MIN_SECRET_LENGTH) {
            throw new IllegalArgumentException(
                    "must be of at least " + MIN_SECRET_LENGTH + " bytes, not " + secret.length);
        }
        return secret;
    }
}
