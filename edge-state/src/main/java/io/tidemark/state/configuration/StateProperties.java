package io.tidemark.state.configuration;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tidemark.state.checkout.CheckoutSteps;
import io.tidemark.state.keys.DataKeys;
import io.tidemark.state.keys.KeySet;
import io.tidemark.state.session.RecentEntries;
import io.tidemark.state.session.Sessions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;
import org.springframework.core.io.Resource;
import org.springframework.util.unit.DataSize;

/**
 * {@code tidemark.state.*}: state at the edge.
 *
 * @param enabled whether there are sessions
 * @param keys that sign tokens, each {@code <name>:<at least 32 bytes in base64>}: the first signs, all verify; the same in all regions
 * @param dataKeys that seal what this region's Redis keeps of it, as {@code keys}; another region has others
 * @param subjectKeys by which names are made that stand for users, as {@code keys}; the same in all regions; by default {@code keys}
 * @param dataKeyLifetime how long a user's data key is kept that nobody uses
 * @param dataKeyMemory how long a gateway remembers a user's data key after it has read it
 * @param dataKeysInMemory the most users' data keys that a gateway remembers, and the most sessions' users
 * @param dataKeySweep how often the region's data keys are counted, and sealed anew where another key is used now
 * @param keyStore where users' data keys lie, as {@code spring.data.redis.*} says it of the region's Redis; by default there
 * @param staleReads how long after it was read an entry may be shown, marked, while the region's Redis does not answer; by default never
 * @param staleReadsInMemory the most bytes of entries that a gateway keeps for that
 * @param secureCookie whether the cookie is {@code __Host-tidemark-session} and for TLS alone; without it is {@code tidemark-session}
 * @param idle how long a session may go unused
 * @param lifetime from the beginning of a session to its absolute end
 * @param maxEntry the longest entry
 * @param maxEntries the most entries of a session
 * @param redisTimeout the most that one call to Redis may take
 * @param homes where the gateways of the other regions are, by region
 * @param homeTimeout how long another region may take to answer
 * @param checkout how a checkout goes; none by default
 */
@ConfigurationProperties(value = "tidemark.state", ignoreUnknownFields = false)
public record StateProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue List<String> keys,
        @DefaultValue List<String> dataKeys,
        @DefaultValue List<String> subjectKeys,
        @DefaultValue("90d") Duration dataKeyLifetime,
        @DefaultValue("1m") Duration dataKeyMemory,
        @DefaultValue("10000") int dataKeysInMemory,
        @DefaultValue("10m") Duration dataKeySweep,
        @Nullable DataRedisProperties keyStore,
        @DefaultValue("0s") Duration staleReads,
        @DefaultValue("16MB") DataSize staleReadsInMemory,
        @DefaultValue("true") boolean secureCookie,
        @DefaultValue("30m") Duration idle,
        @DefaultValue("12h") Duration lifetime,
        @DefaultValue("64KB") DataSize maxEntry,
        @DefaultValue("32") int maxEntries,
        @DefaultValue("1s") Duration redisTimeout,
        @DefaultValue Map<String, URI> homes,
        @DefaultValue("3s") Duration homeTimeout,
        @Nullable Checkout checkout) {
    /**
     * {@code tidemark.state.checkout.*}.
     *
     * @param steps what comes before {@code confirm}, in this order
     * @param schemas a JSON Schema for what a step takes, by its name; without one: any object
     * @param writeType the type of the write that confirms
     * @param timeout how long the write queue may take
     */
    public record Checkout(
            List<String> steps,
            @DefaultValue Map<String, Resource> schemas,
            @DefaultValue("order.place") String writeType,
            @DefaultValue("10s") Duration timeout) {
        public Checkout {
            steps = steps == null ? List.of() : List.copyOf(steps);
            schemas = Map.copyOf(schemas);
            between("checkout.timeout", timeout, Duration.ofMillis(1), Duration.ofMinutes(1));
        }

        /** Reads the schemas. */
        public CheckoutSteps toSteps() {
            SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
            Map<String, Schema> read = new HashMap<>();
            schemas.forEach((step, resource) -> {
                try (InputStream json = resource.getInputStream()) {
                    read.put(step, registry.getSchema(json));
                } catch (IOException unreadable) {
                    throw new UncheckedIOException(
                            "tidemark.state.checkout.schemas." + step + " cannot be read: " + resource, unreadable);
                }
            });
            try {
                return new CheckoutSteps(steps, read);
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException("tidemark.state.checkout: " + wrong.getMessage(), wrong);
            }
        }
    }

    private static final Duration LONGEST = Duration.ofDays(366);

    public StateProperties {
        between("idle", idle, Duration.ofSeconds(1), LONGEST);
        between("lifetime", lifetime, Duration.ofSeconds(1), LONGEST);
        between("data-key-memory", dataKeyMemory, Duration.ofMillis(1), Duration.ofHours(1));
        between("data-key-lifetime", dataKeyLifetime, lifetime.plus(dataKeyMemory), Duration.ofDays(3660));
        between("data-key-sweep", dataKeySweep, Duration.ofSeconds(1), Duration.ofDays(1));
        between("stale-reads", staleReads, Duration.ZERO, Duration.ofHours(1));
        if (staleReadsInMemory.isNegative()
                || staleReadsInMemory.toBytes() > DataSize.ofGigabytes(1).toBytes()) {
            throw new IllegalArgumentException(
                    "tidemark.state.stale-reads-in-memory must be from 0B to 1GB: " + staleReadsInMemory);
        }
        if (dataKeysInMemory < 1 || dataKeysInMemory > 10_000_000) {
            throw new IllegalArgumentException(
                    "tidemark.state.data-keys-in-memory must be from 1 to 10000000: " + dataKeysInMemory);
        }
        between("redis-timeout", redisTimeout, Duration.ofMillis(1), Duration.ofMinutes(1));
        between("home-timeout", homeTimeout, Duration.ofMillis(1), Duration.ofMinutes(1));
        if (maxEntry.toBytes() < 1
                || maxEntry.toBytes() > DataSize.ofMegabytes(1).toBytes()) {
            throw new IllegalArgumentException("tidemark.state.max-entry must be from 1B to 1MB: " + maxEntry);
        }
        if (maxEntries < 1 || maxEntries > 1000) {
            throw new IllegalArgumentException("tidemark.state.max-entries must be from 1 to 1000: " + maxEntries);
        }
        homes = Map.copyOf(homes);
        homes.forEach((region, address) -> {
            if (address.getHost() == null
                    || address.getScheme() == null
                    || !address.getScheme().startsWith("http")) {
                throw new IllegalArgumentException("tidemark.state.homes." + region
                        + " must be the http or https address" + " of that region's gateways");
            }
        });
    }

    private static void between(String property, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "tidemark.state." + property + " must be from " + least + " to " + most + ": " + value);
        }
    }

    /** Reads the keys. */
    public StateKeys toKeys() {
        KeySet signing = KeySet.parse("tidemark.state.keys", keys);
        return new StateKeys(
                signing,
                subjectKeys.isEmpty() ? signing : KeySet.parse("tidemark.state.subject-keys", subjectKeys),
                KeySet.parse("tidemark.state.data-keys", dataKeys));
    }

    /** How data keys are kept. */
    public DataKeys.Settings toDataKeySettings() {
        return new DataKeys.Settings(dataKeyLifetime, dataKeyMemory, dataKeysInMemory);
    }

    /** What is shown while the region's Redis does not answer. */
    public RecentEntries toRecentEntries() {
        return new RecentEntries(staleReads, staleReadsInMemory.toBytes());
    }

    /** The bounds of a session. */
    public Sessions.Limits toLimits() {
        return new Sessions.Limits(idle, lifetime, maxEntries);
    }
}
