package io.tidemark.local.suite.backends;

import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Redis;
import io.tidemark.local.suite.client.RedisCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A Redis Cluster of three masters with a replica each, on this machine; a node that is silent for 3 s is given up. */
final class RedisCluster implements AutoCloseable {
    private static final int MASTERS = 3;
    private static final int SLOTS = 16384;
    private static final String NODE_TIMEOUT_MILLIS = "3000";
    private static final Duration SOON = Duration.ofSeconds(60);

    private final List<Redis> nodes = new ArrayList<>();

    private RedisCluster(Path data) {
        for (int n = 0; n < 2 * MASTERS; n++) {
            String name = "cluster-" + n;
            nodes.add(Redis.create(BackendOptions.named(name)
                    .withMode(BackendMode.EMBEDDED)
                    .withData(data.resolve(name))
                    .withDurableKeys()
                    .asClusterNode()));
        }
    }

    /** Returns once all slots are served, and each master has its replica. */
    static RedisCluster start(Path data) throws IOException, InterruptedException {
        RedisCluster cluster = new RedisCluster(data);
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
            String bus = RedisCommand.texts(port, "CONFIG", "GET", "cluster-port").getLast();
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
        for (Redis master : nodes.subList(0, MASTERS)) {
            until("each master has its replica", () -> RedisCommand.texts(master.port(), "INFO", "replication")
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
    String seeds() {
        return nodes.stream().map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","));
    }

    /** The slot of a key. */
    String slot(String key) throws IOException {
        return RedisCommand.send(nodes.getFirst().port(), "CLUSTER", "KEYSLOT", key).substring(1);
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
        String[] words = own.split(" ");
        for (int i = 8; i < words.length; i++) { // after the link's state come the slots
            String[] range = words[i].split("-");
            if (words[i].charAt(0) != '['
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
    void move(String slot, Duration pause) throws IOException, InterruptedException {
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
    void killMaster(String slot) throws IOException {
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
