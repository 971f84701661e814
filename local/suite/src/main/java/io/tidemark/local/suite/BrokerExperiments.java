package io.tidemark.local.suite;

import io.tidemark.local.backends.KafkaCluster;
import io.tidemark.local.suite.Experiment.Load;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;

/** What is done to three brokers, of which the suite needs two: within seconds it must work again, while the third is away. */
record BrokerExperiments(Hands hands, KafkaCluster kafka) {
    private static final String PURGES = "tidemark.purges";
    private static final Duration WORKS_WITHIN = Duration.ofSeconds(15);
    private static final Duration AWAY = Duration.ofSeconds(30);

    List<Experiment> all() {
        var killed = new Victim();
        var paused = new Victim();
        var another = new Victim();
        return List.of(
                new Experiment(
                        "kill",
                        "the broker that leads the purge log, for 30 s",
                        () -> {
                            hands.kill(killed.is(leader()));
                            worksWithoutIt();
                        },
                        () -> hands.revive(killed.name()),
                        AWAY,
                        Load.READS_AND_CHANGES),
                new Experiment(
                        "pause",
                        "the broker that leads the purge log, for 30 s",
                        () -> {
                            hands.pause(paused.is(leader()));
                            worksWithoutIt();
                        },
                        () -> hands.resume(paused.name()),
                        AWAY,
                        Load.READS_AND_CHANGES),
                new Experiment(
                        "kill",
                        "a broker that does not lead the purge log, for 30 s",
                        () -> {
                            hands.kill(another.is(leader() % kafka.brokers().size() + 1));
                            worksWithoutIt();
                        },
                        () -> hands.revive(another.name()),
                        AWAY,
                        Load.READS_AND_CHANGES));
    }

    /** Which broker an experiment took, known once it has begun. */
    private static final class Victim {
        private String name = "";

        String is(int id) {
            name = "kafka-" + id;
            return name;
        }

        String name() {
            return name;
        }
    }

    private int leader() throws InterruptedException, ExecutionException, TimeoutException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            TopicDescription topic = admin.describeTopics(List.of(PURGES))
                    .allTopicNames()
                    .get(20, TimeUnit.SECONDS)
                    .get(PURGES);
            return Objects.requireNonNull(topic, PURGES)
                    .partitions()
                    .getFirst()
                    .leader()
                    .id();
        }
    }

    /** Hits, a purge confirmed and a write delivered, while the broker is away. */
    private static void worksWithoutIt() throws IOException, InterruptedException {
        long end = System.nanoTime() + WORKS_WITHIN.toNanos();
        while (!SuiteProbe.works()) {
            if (System.nanoTime() > end) {
                throw new IOException("without it nothing works after " + WORKS_WITHIN.toSeconds() + " s");
            }
            Thread.sleep(100);
        }
    }
}
