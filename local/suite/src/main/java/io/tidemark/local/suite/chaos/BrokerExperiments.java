package io.tidemark.local.suite.chaos;

import io.tidemark.local.backends.KafkaCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;

/** What is done to three brokers, of which the suite needs two: within seconds it must work again, while the third is away. */
record BrokerExperiments(Absences absences, KafkaCluster kafka) {
    private static final String PURGE_LOG = "tidemark.purges";
    private static final String WRITE_QUEUE = "write-queue";
    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(90);

    List<Experiment> all() {
        List<Experiment> all = new ArrayList<>();
        for (Role role : Role.values()) {
            String what = "the broker that " + role.label;
            all.add(absences.killed(what, () -> chosen(role)));
            all.add(absences.paused(what, () -> chosen(role)));
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

    private String chosen(Role role) throws Exception {
        kafka.awaitAllInSync(WHOLE_WITHIN);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            return "kafka-" + role.broker(admin);
        }
    }
}
