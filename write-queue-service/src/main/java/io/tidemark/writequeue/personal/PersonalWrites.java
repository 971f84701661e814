package io.tidemark.writequeue.personal;

import io.tidemark.contracts.Write;
import io.tidemark.state.keys.DataKeys;
import io.tidemark.state.keys.KeySet;
import io.tidemark.state.keys.Macs;
import io.tidemark.state.keys.Sealer;
import io.tidemark.state.keys.SubjectSealer;
import io.tidemark.state.keys.UserNames;
import io.tidemark.state.redis.StateRedis;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Seals writes of single persons, before they are stored anywhere, with the data key of their client; and opens them to be delivered.
 * What is stored of a client's name and of an ordering key are names that stand for them. A data key is asked for each time and
 * remembered nowhere, so that one that was destroyed opens nothing any more. Thread-safe; blocks.
 */
public final class PersonalWrites {
    /** Begins what is stored instead of a client's name: no client can be called so, for names have no spaces. */
    private static final String PERSON = "person ";

    private static final String KEY = "key ";
    private static final Duration NOT_REMEMBERED = Duration.ofNanos(1);
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS) // the write's 12.50 stays 12.50
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final UserNames names;
    private final KeySet orderingKeys;
    private final KeySet fingerprints;
    private final SubjectSealer sealer;
    private final DataKeys keys;
    private final Duration timeout;

    /** What became of a write that is to be opened. */
    public sealed interface Opened {}

    /** As it was accepted. */
    public record Plain(Write write) implements Opened {}

    /** Its data key is not there, any more. */
    public record Gone() implements Opened {}

    PersonalWrites(PersonalProperties properties, PersonalKeys sets, StateRedis redis, String region) {
        KeySet subjects = sets.subjectKeys();
        KeySet data = sets.dataKeys();
        this.names = new UserNames(subjects);
        this.orderingKeys = subjects.derive("ordering keys", "HmacSHA256");
        this.fingerprints = subjects.derive("fingerprints", "HmacSHA256");
        this.keys = new DataKeys(
                redis, data, region, new DataKeys.Settings(properties.dataKeyLifetime(), NOT_REMEMBERED, 1));
        this.sealer = new SubjectSealer(new Sealer(data, "writes", region), keys);
        this.timeout = properties.timeout();
    }

    /** The keys of all persons. */
    public DataKeys keys() {
        return keys;
    }

    /** What is stored instead of a client's name: now, and under former keys. */
    public List<String> stored(String client) {
        return names.all(client).stream().map(PersonalWrites::ofPerson).toList();
    }

    /** What is stored instead of the name of the client for whom this name stands. */
    public static String ofPerson(String person) {
        return PERSON + person;
    }

    /**
     * The same write as it may be stored.
     *
     * @throws KeysUnavailableException if its client's data key cannot be had
     */
    public Write seal(Write plain) {
        String person = names.of(plain.client());
        ObjectNode content = JSON.createObjectNode()
                .put("client", plain.client())
                .put("idempotencyKey", plain.idempotencyKey())
                .put("orderingKey", plain.orderingKey());
        content.set("data", plain.data());
        byte[] sealed = answer(sealer.seal(JSON.writeValueAsBytes(content), place(plain.writeId()), person));
        return new Write(
                Write.SEALED_SCHEMA,
                plain.writeId(),
                plain.type(),
                ofPerson(person),
                plain.writeId(),
                KEY + orderingKeys.inUse().id() + '.' + mac(orderingKeys, plain.orderingKey()),
                JSON.createObjectNode(),
                plain.requestId(),
                plain.traceparent(),
                plain.acceptedAt(),
                Base64.getEncoder().encodeToString(sealed));
    }

    /**
     * The write as it was accepted.
     *
     * @throws KeysUnavailableException if its data key cannot be asked for, or opened here
     */
    public Opened open(Write stored) {
        String sealed = stored.sealed();
        if (sealed == null) {
            return new Plain(stored);
        }
        return switch (answer(sealer.open(Base64.getDecoder().decode(sealed), place(stored.writeId())))) {
            case Sealer.Plain(byte[] content) -> new Plain(plain(stored, (ObjectNode) JSON.readTree(content)));
            case Sealer.Unreadable why when why == Sealer.Unreadable.NO_DATA_KEY -> new Gone();
            case Sealer.Unreadable why ->
                throw new KeysUnavailableException(
                        "a sealed write cannot be opened: " + why.label(), new IllegalStateException(why.label()));
        };
    }

    /** The same of a fingerprint: who reads it cannot try what it may be of. */
    public String fingerprint(String ofPlain) {
        return mac(fingerprints, ofPlain);
    }

    private static Write plain(Write stored, ObjectNode content) {
        return new Write(
                Write.SCHEMA,
                stored.writeId(),
                stored.type(),
                content.path("client").asString(),
                content.path("idempotencyKey").asString(),
                content.path("orderingKey").asString(),
                content.path("data"),
                stored.requestId(),
                stored.traceparent(),
                stored.acceptedAt());
    }

    private static String mac(KeySet keys, String text) {
        return HexFormat.of().formatHex(Arrays.copyOf(Macs.of(keys.inUse().secret(), text), 16));
    }

    private static String place(String writeId) {
        return "write/" + writeId;
    }

    private <T extends @Nullable Object> T answer(CompletionStage<T> call) {
        try {
            return call.toCompletableFuture()
                    .copy()
                    .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                    .join();
        } catch (CompletionException failure) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            throw new KeysUnavailableException("a data key cannot be had: " + cause, cause);
        }
    }
}
