package io.tidemark.commons.origins;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The addresses of one origin (host and port): which one the next connection goes to, and which connections are let go. They
 * take turns; those that fail come last, when no other has answered, and so do those of the second family, IPv6 as a rule.
 * Thread-safe.
 */
final class OriginAddresses {
    private static final Logger log = LoggerFactory.getLogger(OriginAddresses.class);

    private final String name;
    private final int port;
    private final OutlierSettings settings;
    private final LongSupplier nanoTime;
    private volatile List<OriginAddress> all = List.of();
    private int turn;

    OriginAddresses(String name, int port, OutlierSettings settings, LongSupplier nanoTime) {
        this.name = name;
        this.port = port;
        this.settings = settings;
        this.nanoTime = nanoTime;
    }

    /** Host and port. */
    String name() {
        return name;
    }

    List<OriginAddress> all() {
        return all;
    }

    boolean isSeveral() {
        return all.size() > 1;
    }

    /** How many are left out. */
    synchronized int leftOut() {
        long now = nanoTime.getAsLong();
        return (int) all.stream().filter(address -> !address.isUsable(now)).count();
    }

    /**
     * The name leads to these, the preferred family first. Connections to others are let go.
     *
     * @return whether that is another set than before
     */
    synchronized boolean found(List<InetAddress> addresses) {
        List<OriginAddress> before = all;
        List<OriginAddress> found = new ArrayList<>();
        for (InetAddress address : addresses) {
            InetSocketAddress socket = new InetSocketAddress(address, port);
            if (found.stream().noneMatch(known -> known.socket.equals(socket))) {
                found.add(before.stream()
                        .filter(known -> known.socket.equals(socket))
                        .findFirst()
                        .orElseGet(() -> new OriginAddress(socket, this)));
            }
        }
        boolean changed = found.size() != before.size() || !before.containsAll(found);
        if (changed) {
            all = List.copyOf(found);
            before.stream().filter(known -> !found.contains(known)).forEach(gone -> gone.setLetGo(true));
            if (!before.isEmpty()) {
                log.info("origin {} is at {} now, was at {}", name, all, before);
            }
        }
        letGo();
        return changed;
    }

    /** In the order in which they are to be tried. */
    synchronized List<InetSocketAddress> order() {
        List<OriginAddress> known = all;
        if (known.size() == 1) {
            return List.of(known.getFirst().socket);
        }
        letGo();
        long now = nanoTime.getAsLong();
        Class<?> preferred = known.isEmpty()
                ? InetAddress.class
                : known.getFirst().socket.getAddress().getClass();
        int first = turn++;
        // In an order of their own: name servers answer in another each time.
        List<OriginAddress> sorted = new ArrayList<>(known);
        sorted.sort(Comparator.comparing(
                (OriginAddress address) -> address.socket.getAddress().getAddress(), Arrays::compareUnsigned));
        List<OriginAddress> next = sorted.stream()
                .filter(address -> address.isUsable(now) && preferred.isInstance(address.socket.getAddress()))
                .toList();
        List<InetSocketAddress> order = new ArrayList<>(known.size());
        for (int i = 0; i < next.size(); i++) {
            order.add(next.get(Math.floorMod(first + i, next.size())).socket);
        }
        sorted.stream()
                .filter(address -> !next.contains(address))
                .sorted(Comparator.comparing((OriginAddress address) -> !address.isUsable(now)))
                .forEach(address -> order.add(address.socket));
        return order;
    }

    synchronized void failed(OriginAddress address, boolean atOnce) {
        boolean before = address.isUsable(nanoTime.getAsLong());
        if (address.fail(atOnce, settings, nanoTime.getAsLong()) && before) {
            log.warn(
                    "origin {}: {} is left out for now: {}",
                    name,
                    address,
                    atOnce ? "no connection to it" : settings.failures() + " calls in a row failed");
        }
        letGo();
    }

    void answered(OriginAddress address) {
        if (address.isTroubled()) {
            synchronized (this) {
                if (address.answer()) {
                    log.info("origin {}: {} answers again", name, address);
                }
            }
        }
    }

    synchronized void checked(OriginAddress address, boolean healthy) {
        if (address.check(healthy)) {
            log.atLevel(healthy ? Level.INFO : Level.WARN)
                    .log("origin {}: {} {} its health checks", name, address, healthy ? "passes" : "fails");
        }
        letGo();
    }

    /** Kept connections to what is left out are no use, as long as there is another. */
    private void letGo() {
        long now = nanoTime.getAsLong();
        boolean some = all.stream().anyMatch(address -> address.isUsable(now));
        all.forEach(address -> address.setLetGo(some && !address.isUsable(now)));
    }
}
