package io.tidemark.local.suite.mixed;

import io.tidemark.local.suite.launcher.Part;
import io.tidemark.local.suite.launcher.Suite;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Services that there are in two versions, of which one runs at a time: the older ones at first. Not thread-safe. */
final class Versions {
    private final Map<String, Part> older;
    private final Map<String, Part> newer;
    private final Map<String, Part> running;

    Versions(List<Part> older, List<Part> newer) {
        this.older = byName(older);
        this.newer = byName(newer);
        this.running = new LinkedHashMap<>(this.older);
    }

    private static Map<String, Part> byName(List<Part> parts) {
        return parts.stream()
                .collect(Collectors.toMap(Part::name, Function.identity(), (a, _) -> a, LinkedHashMap::new));
    }

    void startAll() {
        Suite.startAll(List.copyOf(running.values()));
    }

    /** Stops a service and starts it in the other version; returns once that answers. */
    void run(String service, boolean inTheNewerVersion) {
        Part before = running.get(service);
        Part after = (inTheNewerVersion ? newer : older).get(service);
        if (before == null || after == null || before.equals(after)) {
            throw new IllegalArgumentException(service);
        }
        before.stop();
        running.put(service, after);
        after.start();
    }

    void stop() {
        List.copyOf(running.values()).reversed().forEach(Part::stop);
    }
}
