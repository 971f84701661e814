package io.tidemark.local.backends;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A Redis Cluster of three masters on this machine, with a replica each or without; a node that is silent for 3 s is given up. It
 * keeps its keys.
 */
public final class RedisCluster implements AutoCloseable {
    private static final int MASTERS = 3;
    private static final int SLOTS = 16384;
    private static final String NODE_TIMEOUT_MILLIS = "3000";
    private static final Duration SOON = Duration.ofSeconds(60);

    private final List<Redis> nodes = new ArrayList<>();

    private RedisCluster(int count, UnaryOperator<BackendOptions> settings) {
        for (int n = 0; n < count; n++) {
            nodes.add(Redis.create(settings.apply(BackendOptions.named("cluster-" + n)
                    .withMode(BackendMode.EMBEDDED)
                    .withDurableKeys()
                    .asClusterNode())));
        }
    }

    /** Three masters; returns once all slots are served. */
    public static RedisCluster start() throws IOException, InterruptedException {
        return started(new RedisCluster(MASTERS, options -> options));
    }

    /** The same, with a replica each, and with their logs and data in folders of their names below this one. */
    public static RedisCluster withReplicas(Path data) throws IOException, InterruptedException {
        return started(new RedisCluster(2 * MASTERS, options -> options.withData(data.resolve(options.name()))));
    }

    private static RedisCluster started(RedisCluster cluster) throws IOException, InterruptedException {
        try {
            Backends.startAll(cluster.nodes);
            cluster.meet();
            return cluster;
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void meet() throws IOException, InterruptedException {
        for (int n = 0; n < nodes.size(); n++) {
            int port = nodes.get(n).port();
            RedisCommand.send(port, "CONFIG", "SET", "cluster-node-timeout", NODE_TIMEOUT_MILLIS);
            if (n < MASTERS) {
                String from = Integer.toString(SLOTS * n / MASTERS);
                String to = Integer.toString(SLOTS * (n + 1) / MASTERS - 1);
                RedisCommand.send(port, "CLUSTER", "ADDSLOTSRANGE", from, to);
            }
            String bus =
                    RedisCommand.texts(port, "CONFIG", "GET", "cluster-port").getLast();
            RedisCommand.send(nodes.getFirst().port(), "CLUSTER", "MEET", "127.0.0.1", Integer.toString(port), bus);
        }
        for (Redis node : nodes) {
            until("all nodes know each other", () -> info(node).contains("cluster_known_nodes:" + nodes.size()));
        }
        for (int n = MASTERS; n < nodes.size(); n++) {
            RedisCommand.send(nodes.get(n).port(), "CLUSTER", "REPLICATE", id(nodes.get(n - MASTERS)));
        }
        for (Redis node : nodes) {
            until("all slots are served", () -> info(node).contains("cluster_state:ok"));
        }
        for (Redis master : nodes.subList(0, nodes.size() - MASTERS)) {
            until(
                    "each master has its replica",
                    () -> RedisCommand.texts(master.port(), "INFO", "replication")
                            .getFirst()
                            .contains("state=online"));
        }
    }

    private static String info(Redis node) throws IOException {
        return RedisCommand.texts(node.port(), "CLUSTER", "INFO").getFirst();
    }

    private static String id(Redis node) throws IOException {
        return RedisCommand.texts(node.port(), "CLUSTER", "MYID").getFirst();
    }

    /** As {@code spring.data.redis.cluster.nodes} takes them. */
    public String seeds() {
        return nodes.stream().map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","));
    }

    /** Of one of them, from 0. */
    public String url(int node) {
        return nodes.get(node).url();
    }

    /** The slot of a key. */
    public String slot(String key) throws IOException {
        return RedisCommand.send(nodes.getFirst().port(), "CLUSTER", "KEYSLOT", key)
                .substring(1);
    }

    /** Who serves the slot, as those say who run. */
    private Redis master(String slot) throws IOException {
        for (Redis node : nodes) {
            if (node.isRunning() && serves(node, Integer.parseInt(slot))) {
                return node;
            }
        }
        throw new IOException("nobody serves slot " + slot);
    }

    private static boolean serves(Redis node, int slot) throws IOException {
        String own = RedisCommand.texts(node.port(), "CLUSTER", "NODES")
                .getFirst()
                .lines()
                .filter(line -> line.contains("myself,master"))
                .findFirst()
                .orElse("");
        String[] words = own.split(" ", -1);
        for (int i = 8; i < words.length; i++) { // after the link's state come the slots
            String[] range = words[i].split("-", 2);
            if (!words[i].isEmpty()
                    && words[i].charAt(0) != '['
                    && Integer.parseInt(range[0]) <= slot
                    && slot <= Integer.parseInt(range[range.length - 1])) {
                return true;
            }
        }
        return false;
    }

    /**
     * Moves a slot to another master, key by key, as {@code redis-cli --cluster reshard} does.
     *
     * @param pause between two portions of ten keys
     */
    public void move(String slot, Duration pause) throws IOException, InterruptedException {
        Redis from = master(slot);
        Redis to = nodes.subList(0, MASTERS).stream()
                .filter(node -> !node.equals(from))
                .findFirst()
                .orElseThrow();
        RedisCommand.send(to.port(), "CLUSTER", "SETSLOT", slot, "IMPORTING", id(from));
        RedisCommand.send(from.port(), "CLUSTER", "SETSLOT", slot, "MIGRATING", id(to));
        for (List<String> keys = some(from, slot); !keys.isEmpty(); keys = some(from, slot)) {
            List<String> migrate = new ArrayList<>(
                    List.of("MIGRATE", "127.0.0.1", Integer.toString(to.port()), "", "0", "5000", "KEYS"));
            migrate.addAll(keys);
            RedisCommand.send(from.port(), migrate.toArray(String[]::new));
            Thread.sleep(pause);
        }
        RedisCommand.send(to.port(), "CLUSTER", "SETSLOT", slot, "NODE", id(to));
        RedisCommand.send(from.port(), "CLUSTER", "SETSLOT", slot, "NODE", id(to));
    }

    private static List<String> some(Redis from, String slot) throws IOException {
        return RedisCommand.texts(from.port(), "CLUSTER", "GETKEYSINSLOT", slot, "10");
    }

    /** SIGKILL to the one that serves the slot. */
    public void killMaster(String slot) throws IOException {
        master(slot).kill();
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void until(String what, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IOException("within " + SOON.toSeconds() + " s it did not happen that " + what);
            }
            Thread.sleep(50);
        }
    }

    @Override
    public void close() {
        nodes.forEach(Redis::close);
    }
}
