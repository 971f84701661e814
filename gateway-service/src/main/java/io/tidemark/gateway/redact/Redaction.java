package io.tidemark.gateway.redact;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.tidemark.commons.digests.Sha256;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginFailure;
import io.tidemark.gateway.origin.OriginRequest;
import io.tidemark.gateway.origin.Origins;
import io.tidemark.gateway.overload.Account;
import io.tidemark.gateway.overload.HeldBytes;
import io.tidemark.gateway.overload.HeldFor;
import io.tidemark.gateway.redact.WithheldException.Reason;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.json.JsonFactory;

/**
 * The rules for the answers of an origin, applied before the cache or anybody else sees them. It fails closed: a body that cannot be read
 * is an {@link OriginFailure} ({@link OriginFailure.Reason#WITHHELD}) before anything of the answer is given away.
 *
 * <p>A redacted answer is another representation than the origin's. So it has another entity tag, which ends in the rules' version,
 * no digest of the origin's bytes, and its own length. Thread-safe.
 */
public final class Redaction {
    private static final MediaType ANY_JSON = MediaType.valueOf("application/*+json");
    private static final int VERSION_LENGTH = 12;
    private static final Set<Integer> WITHOUT_BODY = Set.of(204, 205, 304);

    /** About the bytes that the origin has sent. */
    private static final String[] OF_THE_BYTES = {
        "Content-Length", "Content-MD5", "Digest", "Content-Digest", "Repr-Digest", "Content-Encoding"
    };

    private static final String[] CONDITIONS = {
        "If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since", "If-Range"
    };

    private final RuleTree rules;
    private final String version;
    private final boolean dependsOnRequest;
    private final KeyedHash hash;
    private final JsonRedactor.Limits limits;
    private final JsonFactory json;
    private final HeldBytes held;
    private final Consumer<String> withheld;

    /**
     * One.
     *
     * @param keyName of the key that hashes; part of the version
     * @param dependsOnRequest whether other rules, or another key, may be for other requests of the same route
     * @param maxBytes the longest body
     * @param maxDepth how deep its arrays and objects may lie in each other
     * @param withheld told why a body is withheld
     */
    public Redaction(
            List<RedactionRule> rules,
            KeyedHash hash,
            String keyName,
            boolean dependsOnRequest,
            long maxBytes,
            int maxDepth,
            HeldBytes held,
            Consumer<String> withheld) {
        this.rules = RuleTree.of(rules);
        this.hash = hash;
        this.dependsOnRequest = dependsOnRequest;
        this.limits = new JsonRedactor.Limits(maxBytes, maxDepth);
        this.held = held;
        this.withheld = withheld;
        String all =
                rules.stream().map(RedactionRule::text).sorted().collect(Collectors.joining("\n", keyName + '\n', ""));
        this.version = Sha256.half(Sha256.of(all)).substring(0, VERSION_LENGTH);
        this.json = JsonRedactor.factory(limits);
    }

    /** A digest of the rules: what is redacted by other ones has another. */
    public String version() {
        return version;
    }

    public boolean dependsOnRequest() {
        return dependsOnRequest;
    }

    /** Calls the origin for the whole of an answer, and answers what may be seen of it. Fails as {@link Origins#call} does. */
    public Mono<OriginAnswer> call(Origins origins, OriginRequest request) {
        return origins.call(asking(request))
                .flatMap(answer -> redacted(request, answer))
                .onErrorMap(WithheldException.class, why -> {
                    withheld.accept(why.reason().label());
                    return OriginFailure.withheld(request.origin(), why.reason().label());
                });
    }

    /** A GET or HEAD without its client's conditions: what fulfils them may be a whole body that the client has from elsewhere. */
    public static Headers unconditional(Headers fields) {
        return fields.without(CONDITIONS);
    }

    private OriginRequest asking(OriginRequest request) {
        Headers.Builder asked = request.headers().without("Range", "If-Range", "Accept-Encoding").toBuilder()
                .set("Accept-Encoding", "identity");
        String tags = request.headers().combined("If-None-Match");
        if (tags != null) {
            asked.set("If-None-Match", tags.replace(suffix() + '"', "\""));
        }
        return new OriginRequest(
                request.method(),
                request.uri(),
                request.target(),
                asked.build(),
                request.body(),
                request.timeouts(),
                request.interim(),
                request.span());
    }

    private String suffix() {
        return "~" + version;
    }

    private Mono<OriginAnswer> redacted(OriginRequest request, OriginAnswer answer) {
        if (request.method().equals("HEAD") || WITHOUT_BODY.contains(answer.status())) {
            return Mono.just(with(answer, head(answer.headers()), answer.body()));
        }
        Reason refused = refusal(answer);
        return Mono.using(
                () -> held.account(HeldFor.REDACTING),
                account -> (refused == null ? read(request, answer, account) : nothing(answer, refused))
                        .timeout(
                                request.timeouts().whole(),
                                Mono.error(() ->
                                        new OriginFailure(OriginFailure.Reason.WHOLE_TIMEOUT, request.origin(), null)))
                        .map(body -> with(
                                answer,
                                head(answer.headers()).with("Content-Length", Integer.toString(body.length)),
                                body.length == 0
                                        ? Flux.empty()
                                        : Flux.defer(() -> Flux.just(Unpooled.wrappedBuffer(body))))),
                Account::close);
    }

    private @Nullable Reason refusal(OriginAnswer answer) {
        if (answer.status() == 206) {
            return Reason.PARTIAL;
        }
        if (answer.headers().all("Content-Encoding").stream()
                .anyMatch(coding -> !coding.strip().equalsIgnoreCase("identity"))) {
            return Reason.ENCODED;
        }
        List<String> types = answer.headers().all("Content-Type");
        return types.size() == 1 && isJson(types.getFirst()) ? null : Reason.NOT_JSON;
    }

    private static boolean isJson(String type) {
        try {
            MediaType media = MediaType.parseMediaType(type);
            boolean isUtf8 =
                    media.getCharset() == null || media.getCharset().equals(java.nio.charset.StandardCharsets.UTF_8);
            return isUtf8 && (MediaType.APPLICATION_JSON.equalsTypeAndSubtype(media) || ANY_JSON.includes(media));
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    /** What comes of a body that is no JSON: a body without a byte gives nothing away. */
    private static Mono<byte[]> nothing(OriginAnswer answer, Reason refused) {
        return answer.body()
                .<byte[]>handle((buffer, sink) -> {
                    boolean isSome = buffer.isReadable();
                    buffer.release();
                    if (isSome) {
                        sink.error(new WithheldException(refused));
                    }
                })
                .then(Mono.just(new byte[0]));
    }

    private Mono<byte[]> read(OriginRequest request, OriginAnswer answer, Account account) {
        return Mono.defer(() -> {
            JsonRedactor redactor = new JsonRedactor(json, rules, hash, limits);
            return answer.body()
                    .<byte[]>handle((buffer, sink) -> {
                        byte[] bytes = released(buffer);
                        if (!account.tryHold(2L * bytes.length)) {
                            sink.error(new OriginFailure(OriginFailure.Reason.OVERLOADED, request.origin(), null));
                            return;
                        }
                        try {
                            redactor.feed(bytes);
                        } catch (WithheldException why) {
                            sink.error(why);
                        }
                    })
                    .then(Mono.fromCallable(redactor::end));
        });
    }

    private static byte[] released(ByteBuf buffer) {
        try {
            return ByteBufUtil.getBytes(buffer);
        } finally {
            buffer.release();
        }
    }

    private Headers head(Headers headers) {
        String tag = headers.first("ETag");
        Headers bare = headers.without(OF_THE_BYTES);
        return tag == null || !tag.endsWith("\"") || tag.length() < 2
                ? bare.without("ETag")
                : bare.with("ETag", tag.substring(0, tag.length() - 1) + suffix() + '"');
    }

    private static OriginAnswer with(OriginAnswer answer, Headers headers, Flux<ByteBuf> body) {
        return new OriginAnswer(
                answer.status(), headers, answer.requestTime(), answer.responseTime(), answer.skew(), body);
    }
}
