package io.tidemark.local.backends;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one backend is to run.
 *
 * @param name for messages and log files
 * @param port on 127.0.0.1; 0 takes a free one
 * @param data the folder for its data and its log; absent: a temporary one that ends with this JVM. Containers keep
 *     their data inside
 * @param proxied a second listener of an embedded Kafka, for clients behind a proxy; absent: none
 * @param durable whether Redis keeps its keys over a restart (append-only file); Kafka always does
 * @param clusterNode whether an embedded Redis is a node of a Redis Cluster, which somebody must give slots and neighbours
 * @param users who may sign in to an embedded Kafka (SASL PLAIN; SCRAM-SHA-512 for those whom the administrator gives a password
 *     of it), with their passwords: {@value #ADMINISTRATOR}, who must be among them, may do everything, others what that one
 *     allows; nobody: it asks for no password
 * @param tls what an embedded Kafka shows, and asks of its clients; absent: it speaks in the clear
 * @param settings more for an embedded one, by the names of {@code redis.conf} or Kafka's {@code server.properties}
 */
public record BackendOptions(
        BackendMode mode,
        String name,
        int port,
        @Nullable Path data,
        @Nullable ProxiedListener proxied,
        boolean durable,
        boolean clusterNode,
        Map<String, String> users,
        @Nullable Tls tls,
        Map<String, String> settings) {
    /** The user of a Kafka with passwords who needs no rights. */
    public static final String ADMINISTRATOR = "admin";

    /**
     * A listener that tells its clients to come back through a proxy.
     *
     * @param port where the broker listens
     * @param proxyPort where the proxy does
     */
    public record ProxiedListener(int port, int proxyPort) {}

    /**
     * PEM files of a server that lets nobody in without a certificate.
     *
     * @param authority who signed the clients'
     * @param certificate its own, with its key
     */
    public record Tls(Path authority, Path certificate) {}

    public BackendOptions {
        users = Map.copyOf(users);
        settings = Map.copyOf(settings);
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not within 0 to 65535");
        }
    }

    /** The mode that fits this machine, a free port, a temporary folder, keys lost on a restart. */
    public static BackendOptions named(String name) {
        return new BackendOptions(BackendMode.choose(), name, 0, null, null, false, false, Map.of(), null, Map.of());
    }

    public BackendOptions withMode(BackendMode mode) {
        return new BackendOptions(mode, name, port, data, proxied, durable, clusterNode, users, tls, settings);
    }

    public BackendOptions withPort(int port) {
        return new BackendOptions(mode, name, port, data, proxied, durable, clusterNode, users, tls, settings);
    }

    public BackendOptions withData(Path data) {
        return new BackendOptions(mode, name, port, data, proxied, durable, clusterNode, users, tls, settings);
    }

    public BackendOptions withProxiedListener(ProxiedListener proxied) {
        return new BackendOptions(mode, name, port, data, proxied, durable, clusterNode, users, tls, settings);
    }

    public BackendOptions withDurableKeys() {
        return new BackendOptions(mode, name, port, data, proxied, true, clusterNode, users, tls, settings);
    }

    public BackendOptions asClusterNode() {
        return new BackendOptions(mode, name, port, data, proxied, durable, true, users, tls, settings);
    }

    public BackendOptions withUsers(Map<String, String> passwords) {
        return new BackendOptions(mode, name, port, data, proxied, durable, clusterNode, passwords, tls, settings);
    }

    public BackendOptions withTls(Tls certificates) {
        return new BackendOptions(mode, name, port, data, proxied, durable, clusterNode, users, certificates, settings);
    }

    public BackendOptions withSettings(Map<String, String> more) {
        return new BackendOptions(mode, name, port, data, proxied, durable, clusterNode, users, tls, more);
    }
}
