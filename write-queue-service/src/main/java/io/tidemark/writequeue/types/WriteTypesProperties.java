package io.tidemark.writequeue.types;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.io.Resource;
import org.springframework.util.unit.DataSize;

/**
 * The origins and the write types of this service.
 *
 * @param origins by name
 * @param types by the name that clients send; a name with a dot is written {@code "[product.update]"} in YAML
 */
@ConfigurationProperties("tidemark.writes")
public record WriteTypesProperties(
        @DefaultValue Map<String, Origin> origins,
        @DefaultValue Map<String, Type> types) {

    /**
     * An HTTP service that writes are delivered to.
     *
     * @param url its base, without a path of its own
     * @param timeout of one attempt, from sending to the end of the answer
     * @param connectTimeout until a connection stands
     * @param maxInFlight how many attempts may be under way at once, per instance of this service
     */
    @ConfigurationPropertiesSource
    public record Origin(
            URI url,
            @DefaultValue("10s") Duration timeout,
            @DefaultValue("2s") Duration connectTimeout,
            @DefaultValue("64") int maxInFlight) {
        public Origin {
            if (url.getHost() == null || !Set.of("http", "https").contains(url.getScheme())) {
                throw new IllegalArgumentException(
                        "tidemark.writes.origins.*.url must be an absolute http(s) URL: " + url);
            }
            if (timeout.isNegative() || timeout.isZero() || connectTimeout.isNegative() || connectTimeout.isZero()) {
                throw new IllegalArgumentException(
                        "tidemark.writes.origins.*.timeout and connect-timeout must be positive");
            }
            if (maxInFlight < 1) {
                throw new IllegalArgumentException("tidemark.writes.origins.*.max-in-flight must be at least 1");
            }
        }
    }

    /**
     * A kind of write.
     *
     * @param origin the name of the origin
     * @param method the method that delivers it
     * @param path a {@link DataTemplate}: the origin's path
     * @param orderingKey a {@link DataTemplate}: writes with the same one are delivered one after the other, in the order of
     *     their acceptance, whatever their types
     * @param purges {@link DataTemplate}s by the kind of target: what is purged when it is delivered
     * @param schema a JSON Schema for the data; draft 2020-12 unless it says another
     * @param maxBody of the data as the client sent it, with its type
     * @param maxDepth accepted and not yet finished, all instances together; past it, new ones are refused
     * @param whenOriginDown whether writes are taken while the origin is known to be down
     * @param onDeadLetter whether a dead letter holds those behind it, of the same ordering key
     * @param personal whether its writes belong to single persons: they are sealed wherever they lie, and are erased with their client;
     *     types of the same ordering keys are so all, or none
     */
    @ConfigurationPropertiesSource
    public record Type(
            String origin,
            @DefaultValue("POST") String method,
            String path,
            String orderingKey,
            @DefaultValue List<Map<String, String>> purges,
            @Nullable Resource schema,
            @DefaultValue("64KB") DataSize maxBody,
            @DefaultValue("100000") int maxDepth,
            @DefaultValue("queue") WhenOriginDown whenOriginDown,
            @DefaultValue("continue") OnDeadLetter onDeadLetter,
            @DefaultValue("false") boolean personal) {
        public Type {
            if (!Set.of("POST", "PUT", "PATCH", "DELETE").contains(method)) {
                throw new IllegalArgumentException(
                        "tidemark.writes.types.*.method must be POST, PUT, PATCH or DELETE: " + method);
            }
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("tidemark.writes.types.*.path must start with a slash: " + path);
            }
            if (maxDepth < 1) {
                throw new IllegalArgumentException("tidemark.writes.types.*.max-depth must be at least 1");
            }
        }
    }

    /** What becomes of a new write while its origin is known to be down. */
    public enum WhenOriginDown {
        /** It is accepted and waits. */
        QUEUE,
        /** It is refused with 503. */
        REJECT
    }

    /** What becomes of the writes behind a dead letter of the same ordering key. */
    public enum OnDeadLetter {
        /** They are delivered. */
        CONTINUE,
        /** They wait until the dead letter is redriven with success or discarded. */
        HOLD
    }
}
