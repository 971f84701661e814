package io.tidemark.local.suite.backends;

import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.machine.PartFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code ./run backends}: what takes minutes of all that was tried with backends as deployments have them, and is no row of {@code
 * ./run chaos}. Exit status 1: something was not as it should be.
 */
public final class BackendTrials {
    private BackendTrials() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        LauncherOptions options = LauncherOptions.fromSystemProperties("local/suite/target/backends");
        options.emptyFolders();
        System.out.println("starting a Redis Cluster of six, Kafka, a write queue and an origin; logs in "
                + options.root().relativize(options.logs()));
        List<String> broken = new ArrayList<>();
        try (ClusterTrial trial = new ClusterTrial(options)) {
            broken.addAll(trial.run(System.out));
        } catch (PartFailedException e) {
            broken.add(String.valueOf(e.getMessage()));
        }
        broken.forEach(System.out::println);
        System.out.println(broken.isEmpty() ? "all was as it should be" : "FAILED");
        System.exit(broken.isEmpty() ? 0 : 1);
    }
}
