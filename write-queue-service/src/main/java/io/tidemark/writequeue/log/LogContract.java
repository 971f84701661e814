package io.tidemark.writequeue.log;

import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.commons.topics.Deviation;
import io.tidemark.commons.topics.TopicDetails;
import io.tidemark.commons.topics.TopicWatch;
import io.tidemark.contracts.Topics;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Whether the two logs keep what is accepted, and may be written to. Thread-safe; answers from memory, looks now and again.
 */
@Component
public class LogContract {
    private static final Logger log = LoggerFactory.getLogger(LogContract.class);
    private static final List<String> LOGS = List.of(Topics.WRITES, Topics.DEAD_WRITES);

    /** Kafka's default, less what a batch takes. */
    private static final int MANY = 1_000_000;

    private final TopicWatch topics;
    private final KafkaClients clients;
    private volatile String notAllowed = "";

    LogContract(TopicWatch topics, KafkaClients clients) {
        this.topics = topics;
        this.clients = clients;
    }

    /** Why nothing may be accepted: by what the logs are now, it may be lost. Empty if it is safe. */
    public Optional<String> objection() {
        for (String topic : LOGS) {
            Optional<Deviation> loss = topics.loss(topic);
            if (loss.isPresent()) {
                return loss.map(Deviation::sentence);
            }
        }
        return Optional.empty();
    }

    /** Why the logs cannot be written to, as far as the brokers say so beforehand; empty if they do not. */
    public Optional<String> refusal() {
        return Optional.of(notAllowed).filter(why -> !why.isEmpty());
    }

    /** How many partitions the write log has; empty while it is not known. */
    public OptionalInt partitions() {
        return topics.details(Topics.WRITES)
                .map(TopicDetails::partitions)
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }

    /** How many partitions the dead letters' log has; 0 while it is not known. */
    int deadPartitions() {
        return topics.details(Topics.DEAD_WRITES).map(TopicDetails::partitions).orElse(0);
    }

    /** How many bytes a write's record may have, so that it can become a dead letter too; empty while it is not known. */
    public OptionalInt largestWrite() {
        OptionalInt write = topics.largestRecord(Topics.WRITES);
        OptionalInt letter = topics.largestRecord(Topics.DEAD_WRITES);
        if (write.isEmpty() || letter.isEmpty()) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(Math.max(0, Math.min(write.getAsInt(), letter.getAsInt() - DeadLetter.LEAST_ROOM)));
    }

    /** How many bytes a purge's record may have. */
    public int largestPurge() {
        return topics.largestRecord(Topics.PURGES).orElse(MANY);
    }

    /** How many bytes a dead letter's record may have. */
    public int largestLetter() {
        return topics.largestRecord(Topics.DEAD_WRITES).orElse(Integer.MAX_VALUE);
    }

    @Scheduled(initialDelay = 1, fixedDelay = 10, timeUnit = TimeUnit.SECONDS)
    void look() {
        String found = "";
        try {
            for (String topic : LOGS) {
                if (!mayWrite(topic)) {
                    found = "this service may not write to " + topic;
                }
            }
        } catch (KafkaException unanswered) {
            log.debug("whether the logs may be written to is asked again: {}", unanswered.toString());
            return;
        }
        if (!found.equals(notAllowed)) {
            notAllowed = found;
            log.warn("{}", found.isEmpty() ? "the logs may be written to again" : found);
        }
    }

    private boolean mayWrite(String topic) {
        TopicDescription description = clients.questions().answer(admin -> {
            var asked = new DescribeTopicsOptions().includeAuthorizedOperations(true);
            return Objects.requireNonNull(admin.describeTopics(List.of(topic), asked)
                    .topicNameValues()
                    .get(topic));
        });
        var allowed = description.authorizedOperations();
        return allowed == null || allowed.isEmpty() || allowed.contains(AclOperation.WRITE);
    }
}
