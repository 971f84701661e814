package io.tidemark.invalidation.keys;

import io.tidemark.commons.outage.Outage;
import io.tidemark.contracts.KeyHoldings;
import io.tidemark.contracts.KeyPromotion;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Topics;
import io.tidemark.invalidation.keys.KeySetStatus.Waiting;
import io.tidemark.invalidation.log.ReceiptBoard;
import io.tidemark.invalidation.log.SubjectsProperties;
import io.tidemark.invalidation.receipts.GatewayStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Brings keys into use. Each instance of the service decides for itself, of the same heartbeats, and says so again until all
 * gateways do as it says: a promotion that is said twice is one. It decides nothing before it has read all heartbeats, and for as long
 * again as a lease takes.
 */
@Component
@EnableConfigurationProperties(KeysProperties.class)
public class KeyPromotions {
    private static final Logger log = LoggerFactory.getLogger(KeyPromotions.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final ReceiptBoard board;
    private final Producer<byte[], byte[]> producer;
    private final InstantSource clock;
    private final boolean automatic;
    private final KeyRotation.Holder own;
    private final Outage outage =
            new Outage(log, "Which key is to be used cannot be said", "Which key is to be used is said");
    private final Map<String, String> told = new HashMap<>(); // of the scheduler's thread

    KeyPromotions(
            ReceiptBoard board,
            Producer<byte[], byte[]> producer,
            InstantSource clock,
            KeysProperties properties,
            SubjectsProperties subjects) {
        this.own = own(subjects);
        this.board = board;
        this.producer = producer;
        this.clock = clock;
        this.automatic = properties.promote() == KeysProperties.Promote.AUTOMATIC;
    }

    /** It names users by all its keys, so it uses none alone. */
    private static KeyRotation.Holder own(SubjectsProperties subjects) {
        List<String> names = subjects.keyNames();
        return new KeyRotation.Holder(
                "invalidation-service",
                "",
                names.isEmpty()
                        ? Map.of()
                        : Map.of(KeyHoldings.SUBJECT_KEYS, new KeyHoldings.Held(names, "", Instant.EPOCH)));
    }

    /** What became of a promotion that was asked for. */
    public sealed interface Outcome {
        /** It was said to all gateways. */
        record Promoted(KeyPromotion promotion) implements Outcome {}

        /** These do not have the key, or are silent; nothing was said. */
        record NotYet(List<Waiting> waitingFor) implements Outcome {}

        /** No gateway has this key, or what the gateways have was not read yet. */
        record Unknown() implements Outcome {}

        /** The log did not take it in time; whether it is there is not known. */
        record NotSaid() implements Outcome {}
    }

    /** All sets. */
    public List<KeySetStatus> status() {
        return KeyRotation.of(board.fleet(), own, clock.instant());
    }

    /** Brings into use what all have; at the next call again, if it is not used by then. */
    @Scheduled(initialDelay = 5_000, fixedDelay = 5_000)
    void promote() {
        if (!automatic || !board.isCaughtUp()) {
            return;
        }
        for (KeySetStatus set : status()) {
            String next = set.next();
            if (next == null) {
                continue;
            }
            KeyPromotion promotion =
                    new KeyPromotion(KeyPromotion.SCHEMA, set.set(), set.region(), next, clock.instant());
            if (set.waitingFor().isEmpty()) {
                var _ = say(promotion);
            } else {
                Waiting one = set.waitingFor().getFirst();
                String sentence = next + " waits for " + one.instance() + ", which " + why(one);
                if (!sentence.equals(told.put(promotion.scope(), sentence))) {
                    log.info(
                            "tidemark.state.{}: the key {} waits for {} gateways: {} {}",
                            promotion.scope(),
                            next,
                            set.waitingFor().size(),
                            one.instance(),
                            one.because());
                }
            }
        }
    }

    /** Without the seconds in it, so that it is not said anew for each. */
    private static String why(Waiting waiting) {
        return waiting.because().replaceAll("\\d+ s$", "");
    }

    /**
     * Brings a key into use, if all have it, in whatever place.
     *
     * @param region null where all regions have the same set
     * @param without instances that are not waited for: they will not come back, or will not read what is made with the key
     */
    public Outcome promote(String set, @Nullable String region, String key, Set<String> without) {
        List<GatewayStatus> gateways = board.fleet().stream()
                .filter(gateway -> region == null || gateway.region().equals(region))
                .toList();
        boolean isKnown =
                gateways.stream().map(GatewayStatus::keys).anyMatch(keys -> keys != null && has(keys, set, key));
        if (!isKnown || !board.isCaughtUp() || set.equals(KeyHoldings.DATA_KEYS) == (region == null)) {
            return new Outcome.Unknown();
        }
        List<Waiting> waiting = KeyRotation.waitingFor(set, key, false, gateways, own, without);
        if (!waiting.isEmpty()) {
            return new Outcome.NotYet(waiting);
        }
        KeyPromotion promotion = new KeyPromotion(KeyPromotion.SCHEMA, set, region, key, clock.instant());
        return say(promotion) ? new Outcome.Promoted(promotion) : new Outcome.NotSaid();
    }

    private static boolean has(KeyHoldings keys, String set, String key) {
        KeyHoldings.Held held = keys.sets().get(set);
        return held != null && held.names().contains(key);
    }

    private boolean say(KeyPromotion promotion) {
        byte[] scope = promotion.scope().getBytes(StandardCharsets.UTF_8);
        try {
            producer.send(new ProducerRecord<>(Topics.KEYS, 0, scope, RecordCodec.KEY_PROMOTION.encode(promotion)))
                    .get(TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
            outage.over();
            log.info("tidemark.state.{}: the key {} is to be used", promotion.scope(), promotion.key());
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException | RuntimeException failure) {
            outage.failed(failure);
            return false;
        }
    }
}
