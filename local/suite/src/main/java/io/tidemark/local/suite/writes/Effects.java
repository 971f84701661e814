package io.tidemark.local.suite.writes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the origin's file says.
 *
 * @param at when each idempotency key took effect, in epoch milliseconds, in the order of the effects
 * @param doubled effects of a key that had taken effect before
 * @param outOfOrder effects that came after a later one of their ordering key
 * @param overlaps two calls at once for one ordering key
 */
record Effects(Map<String, Long> at, int doubled, int outOfOrder, int overlaps) {
    private static final int FIELDS = 3;

    static Effects read(Path file) throws IOException {
        Map<String, Long> at = new LinkedHashMap<>();
        Map<String, Integer> last = new HashMap<>();
        int doubled = 0;
        int outOfOrder = 0;
        int overlaps = 0;
        for (String line : Files.readAllLines(file)) {
            String[] fields = line.split(" ", -1);
            if (fields.length != FIELDS) {
                continue; // cut off by SIGKILL
            }
            if (fields[0].equals(TortureOrigin.OVERLAP)) {
                overlaps++;
                continue;
            }
            if (at.put(fields[0], Long.parseLong(fields[2])) != null) {
                doubled++;
            }
            int n = Integer.parseInt(fields[0].substring(fields[0].lastIndexOf('.') + 1));
            Integer before = last.put(fields[1], n);
            if (before != null && before >= n) {
                outOfOrder++;
            }
        }
        return new Effects(at, doubled, outOfOrder, overlaps);
    }

    Set<String> keys() {
        return at.keySet();
    }
}
