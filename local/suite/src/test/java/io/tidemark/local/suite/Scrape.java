package io.tidemark.local.suite;

import io.tidemark.local.suite.client.Http;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the services show to Prometheus: the labels of each metric. */
record Scrape(Map<String, Set<String>> labels) {
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"(?:[^\"\\\\]|\\\\.)*\"");

    /** Of a gateway, the invalidation service and the write queue, by their management ports. */
    static Scrape ofAll() throws IOException, InterruptedException {
        Map<String, Set<String>> labels = new TreeMap<>();
        for (int port : new int[] {9080, 9082, 9083}) {
            Http.get("http://127.0.0.1:" + port + "/actuator/prometheus")
                    .body()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> {
                        Set<String> known = labels.computeIfAbsent(line.split("[{ ]", 2)[0], _ -> new TreeSet<>());
                        Matcher label = LABEL.matcher(line);
                        while (label.find()) {
                            known.add(label.group(1));
                        }
                    });
        }
        return new Scrape(labels);
    }

    Set<String> metrics() {
        return labels.keySet();
    }
}
