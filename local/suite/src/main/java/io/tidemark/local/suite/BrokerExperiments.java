package io.tidemark.local.suite;

import io.tidemark.local.backends.KafkaCluster;
import io.tidemark.local.suite.Experiment.Load;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;

/** What is done to three brokers, of which the suite needs two: within seconds it must work again, while the third is away. */
record BrokerExperiments(Hands hands, KafkaCluster kafka, PrintStream out) {
    private static final String PURGE_LOG = "tidemark.purges";
    private static final String WRITE_QUEUE = "write-queue";
    private static final Duration WORKS_WITHIN = Duration.ofSeconds(15);
    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(90);
    private static final Duration AWAY = Duration.ofSeconds(30);

    List<Experiment> all() {
        List<Experiment> all = new ArrayList<>();
        for (Role role : Role.values()) {
            all.add(away("kill", role, hands::kill, hands::revive));
            all.add(away("pause", role, hands::pause, hands::resume));
        }
        return all;
    }

    /** Why a broker is missed when it is away. */
    private enum Role {
        PURGES("leads the purge log"),
        CONTROLLER("is the active controller"),
        COORDINATOR("coordinates the write queue's group");

        private final String label;

        Role(String label) {
            this.label = label;
        }

        /** Who has it at the moment. */
        int broker(Admin admin) throws InterruptedException, ExecutionException, TimeoutException {
            return switch (this) {
                case PURGES ->
                    Objects.requireNonNull(answer(admin.describeTopics(List.of(PURGE_LOG))
                                            .allTopicNames())
                                    .get(PURGE_LOG))
                            .partitions()
                            .getFirst()
                            .leader()
                            .id();
                case CONTROLLER ->
                    answer(admin.describeMetadataQuorum().quorumInfo()).leaderId();
                case COORDINATOR ->
                    Objects.requireNonNull(answer(admin.describeConsumerGroups(List.of(WRITE_QUEUE))
                                            .all())
                                    .get(WRITE_QUEUE))
                            .coordinator()
                            .id();
            };
        }

        static <T> T answer(KafkaFuture<T> question) throws InterruptedException, ExecutionException, TimeoutException {
            return question.get(20, TimeUnit.SECONDS);
        }
    }

    /** What is done to a broker. */
    private interface Deed {
        void to(String part) throws IOException, InterruptedException;
    }

    private Experiment away(String verb, Role role, Deed begin, Deed end) {
        var victim = new AtomicReference<>("");
        var watch = new AtomicReference<@Nullable DutyWatch>();
        return new Experiment(
                verb,
                "the broker that " + role.label + ", for " + AWAY.toSeconds() + " s",
                () -> {
                    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
                        awaitAllInSync(admin);
                        victim.set("kafka-" + role.broker(admin));
                    }
                    begin.to(victim.get());
                    watch.set(new DutyWatch());
                },
                () -> {
                    DutyWatch watched = watch.getAndSet(null);
                    boolean works = watched != null && watched.isDoneWithin(WORKS_WITHIN);
                    String summary = watched == null ? "nothing was watched" : watched.summary();
                    if (watched != null) {
                        watched.close();
                    }
                    end.to(victim.get());
                    out.println("without " + victim.get() + ": " + summary);
                    if (!works) {
                        throw new IOException("not all worked within " + WORKS_WITHIN.toSeconds() + " s");
                    }
                },
                AWAY,
                Load.READS_AND_CHANGES);
    }

    /** Who is missed while another is not back yet is missed by a log that two must keep: that is another experiment. */
    private static void awaitAllInSync(Admin admin) throws Exception {
        long end = System.nanoTime() + WHOLE_WITHIN.toNanos();
        while (true) {
            Collection<String> names = Role.answer(
                    admin.listTopics(new ListTopicsOptions().listInternal(true)).names());
            boolean whole = Role.answer(admin.describeTopics(names).allTopicNames()).values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition ->
                            partition.isr().size() == partition.replicas().size());
            if (whole) {
                return;
            }
            if (System.nanoTime() > end) {
                throw new IOException("after " + WHOLE_WITHIN.toSeconds() + " s not every replica is in sync");
            }
            Thread.sleep(200);
        }
    }
}
