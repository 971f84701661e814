package io.tidemark.commons.kafka;

import java.lang.reflect.Field;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.network.ChannelBuilder;
import org.apache.kafka.common.network.NetworkReceive;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Kafka's clients have and offer no setting for: how long an answer may say that it is, and whether their thread lives.
 *
 * <p>A client takes the first four bytes of an answer for its length and allocates that much. What is no Kafka (an HTTP server,
 * TLS on a plain port) thus asks for a gigabyte, and the thread ends with {@link OutOfMemoryError}, or the process does. Kafka's
 * own classes know a limit and close the connection past it; the clients set none, and SASL's first answer has none. It is set here
 * by reflection. Where the
 * fields have other names that is said once, and what is left is that the client is made anew.
 */
final class ClientInternals {
    private static final Logger log = LoggerFactory.getLogger(ClientInternals.class);
    private static final List<List<String>> TO_SELECTOR = List.of(
            List.of("sender", "client", "selector"), // producer
            List.of("client", "selector"), // admin
            List.of("delegate", "client", "client", "selector")); // consumer
    private static final List<String> THREADS = List.of("ioThread", "thread");
    private static final AtomicBoolean SAID = new AtomicBoolean();

    private ClientInternals() {}

    /** Lets no answer be longer than this; whether that could be set. */
    static boolean limitAnswers(Object client, int maxBytes) {
        for (List<String> path : TO_SELECTOR) {
            Optional<Object> selector = follow(client, path);
            if (selector.isPresent()
                    && set(selector.get(), "maxReceiveSize", maxBytes)
                    && limitNewChannels(selector.get(), maxBytes)) {
                limitOpenChannels(selector.get(), maxBytes);
                return true;
            }
        }
        if (SAID.compareAndSet(false, true)) {
            log.warn(
                    "The answers of brokers have no limit: this version of Kafka's client ({}) keeps it elsewhere",
                    client.getClass().getName());
        }
        return false;
    }

    /** Whether the thread that it cannot do without lives; true also where that cannot be seen. */
    static boolean isAlive(Object client) {
        return THREADS.stream()
                .flatMap(name -> follow(client, List.of(name)).stream())
                .filter(Thread.class::isInstance)
                .map(Thread.class::cast)
                .allMatch(Thread::isAlive);
    }

    private static boolean limitNewChannels(Object selector, int maxBytes) {
        return follow(selector, List.of("channelBuilder"))
                .filter(ChannelBuilder.class::isInstance)
                .filter(builder ->
                        set(selector, "channelBuilder", new LimitedChannels((ChannelBuilder) builder, maxBytes)))
                .isPresent();
    }

    /** Lets the first answer that SASL reads on a connection be no longer than this; without SASL it is limited already. */
    static void limitFirstAnswer(Object channel, int maxBytes) {
        follow(channel, List.of("authenticator"))
                .ifPresent(sasl -> set(sasl, "netInBuffer", new NetworkReceive(maxBytes, "sasl")));
    }

    /** Those that the client's thread has opened since it was made: none of them has read anything yet. */
    private static void limitOpenChannels(Object selector, int maxBytes) {
        Optional<Object> channels = follow(selector, List.of("channels"));
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                if (channels.orElse(null) instanceof Map<?, ?> open) {
                    List.copyOf(open.values()).forEach(channel -> {
                        set(channel, "maxReceiveSize", maxBytes);
                        limitFirstAnswer(channel, maxBytes);
                    });
                }
                return;
            } catch (ConcurrentModificationException oneWasJustOpened) {
                log.trace("looking again", oneWasJustOpened);
            }
        }
    }

    private static Optional<Object> follow(Object from, List<String> path) {
        Optional<Object> at = Optional.of(from);
        for (String name : path) {
            at = at.flatMap(object -> field(object, name).flatMap(field -> value(object, field)));
        }
        return at;
    }

    private static Optional<Field> field(Object object, String name) {
        for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
            try {
                Field field = type.getDeclaredField(name);
                field.setAccessible(true);
                return Optional.of(field);
            } catch (NoSuchFieldException further) {
                log.trace("not in {}", type, further);
            } catch (RuntimeException closed) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static Optional<Object> value(Object object, Field field) {
        try {
            return Optional.ofNullable(field.get(object));
        } catch (IllegalAccessException closed) {
            return Optional.empty();
        }
    }

    private static boolean set(Object object, String name, Object value) {
        return field(object, name)
                .map(field -> {
                    try {
                        field.set(object, value);
                        return true;
                    } catch (IllegalAccessException closed) {
                        return false;
                    }
                })
                .orElse(false);
    }
}
