package io.tidemark.local.suite.restarts;

import io.tidemark.local.backends.NameServer;
import io.tidemark.local.suite.machine.PartFailedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * Knows who is ready, as a load balancer does: it asks each instance once a second. New connections go to those, and the
 * service's name leads to them; what is open it does not touch. Thread-safe.
 */
final class Balancer implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(30);

    private final Map<String, List<Instance>> instances;
    private final NameServer names;
    private final Set<Instance> ready = ConcurrentHashMap.newKeySet();
    private final List<Thread> threads;

    /** @param names a service's name there is its own, below {@code test} */
    Balancer(List<Instance> instances, NameServer names) {
        this.instances = instances.stream().collect(Collectors.groupingBy(Instance::service));
        this.names = names;
        ready.addAll(instances);
        this.instances.keySet().forEach(this::lead);
        threads = instances.stream()
                .map(instance -> Thread.ofVirtual().start(() -> watch(instance)))
                .toList();
    }

    static String name(String service) {
        return service + ".test";
    }

    private void watch(Instance instance) {
        try {
            while (true) {
                boolean changed = instance.isReady() ? ready.add(instance) : ready.remove(instance);
                if (changed) {
                    lead(instance.service());
                }
                Thread.sleep(EVERY);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void lead(String service) {
        String[] addresses = choice(service).stream().map(Instance::host).toArray(String[]::new);
        names.lead(name(service), 1, addresses);
    }

    /** Who is ready; nobody: both. */
    private List<Instance> choice(String service) {
        List<Instance> both = instances.getOrDefault(service, List.of());
        List<Instance> who = both.stream().filter(ready::contains).toList();
        return who.isEmpty() ? both : who;
    }

    /** Where a new connection goes. */
    Instance choose(String service) {
        List<Instance> choice = choice(service);
        return choice.get(ThreadLocalRandom.current().nextInt(choice.size()));
    }

    boolean knowsAsReady(Instance instance) {
        return ready.contains(instance);
    }

    /** Returns once it is known as ready. */
    void await(Instance instance) throws InterruptedException {
        long end = System.nanoTime() + SEEN_WITHIN.toNanos();
        while (!knowsAsReady(instance)) {
            if (System.nanoTime() > end) {
                throw new PartFailedException(instance.part().name() + " is not ready any more");
            }
            Thread.sleep(50);
        }
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
