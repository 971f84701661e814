package io.tidemark.local.suite.backends;

import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.machine.PartFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * {@code ./run backends}: what takes minutes of all that was tried with backends as deployments have them, and is no row of {@code
 * ./run chaos}. {@code -Dtrials=<regular expression>} takes those only in whose names it finds itself. Exit status 1: something was not
 * as it should be.
 */
public final class BackendTrials {
    private static final Pattern TRIALS = Pattern.compile(System.getProperty("trials", ""));

    private BackendTrials() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        LauncherOptions options = LauncherOptions.fromSystemProperties("local/suite/target/backends");
        options.emptyFolders();
        Map<String, Trial.Maker> trials = new LinkedHashMap<>();
        trials.put("cluster", () -> new ClusterTrial(options));
        trials.put("sentinel", () -> new SentinelTrial(options));
        trials.put("brokers", () -> new BrokersTrial(options));
        trials.put("gateways", () -> new GatewaysTrial(options));
        trials.keySet().removeIf(name -> !TRIALS.matcher(name).find());
        System.out.println("trying " + String.join(", ", trials.keySet()) + "; logs in "
                + options.root().relativize(options.logs()));
        List<String> broken = new ArrayList<>();
        for (Trial.Maker maker : trials.values()) {
            try (Trial trial = maker.make()) {
                broken.addAll(trial.run(System.out));
            } catch (PartFailedException e) {
                broken.add(String.valueOf(e.getMessage()));
            }
        }
        broken.forEach(System.out::println);
        System.out.println(broken.isEmpty() ? "all was as it should be" : "FAILED");
        System.exit(broken.isEmpty() ? 0 : 1);
    }
}
