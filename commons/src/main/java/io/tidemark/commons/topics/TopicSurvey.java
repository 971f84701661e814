package io.tidemark.commons.topics;

import io.tidemark.commons.kafka.BrokerQuestions;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;

/** Asks the brokers what topics are like, and makes them. Asking for a topic does not make it. Blocks. */
final class TopicSurvey {
    private final BrokerQuestions brokers;

    TopicSurvey(BrokerQuestions brokers) {
        this.brokers = brokers;
    }

    /** What was found of some topics; those that are not there are in neither. */
    record Found(Map<String, TopicDetails> topics, Map<String, RuntimeException> refused) {}

    /**
     * Asks for topics.
     *
     * @throws org.apache.kafka.common.KafkaException if the brokers do not answer
     */
    Found find(Collection<String> names) {
        Map<String, CompletableFuture<TopicDescription>> asked = names.stream()
                .collect(Collectors.toMap(
                        name -> name,
                        name -> brokers.ask(admin -> value(admin.describeTopics(List.of(name))
                                .topicNameValues()
                                .get(name)))));
        Map<String, TopicDescription> there = new HashMap<>();
        Map<String, RuntimeException> refused = new HashMap<>();
        asked.forEach((name, answer) -> {
            try {
                there.put(name, BrokerQuestions.join(answer));
            } catch (AuthorizationException notAllowed) {
                refused.put(name, notAllowed);
            } catch (RuntimeException failure) {
                if (!BrokerQuestions.isMissingTopic(failure)) {
                    throw failure;
                }
            }
        });
        Map<String, Map<String, String>> settings = settings(there.keySet());
        Map<String, TopicDetails> topics = new HashMap<>();
        there.forEach((name, description) ->
                topics.put(name, details(description, settings.getOrDefault(name, Map.of()))));
        return new Found(topics, refused);
    }

    /**
     * Makes a topic; that somebody else did meanwhile is as good.
     *
     * @throws org.apache.kafka.common.KafkaException if it cannot be made
     */
    void make(NewTopic topic) {
        try {
            brokers.answer(
                    admin -> value(admin.createTopics(List.of(topic)).values().get(topic.name())));
        } catch (TopicExistsException asGood) {
            return;
        }
    }

    private Map<String, Map<String, String>> settings(Collection<String> names) {
        Map<String, CompletableFuture<Config>> asked = names.stream()
                .collect(Collectors.toMap(
                        name -> name,
                        name -> brokers.ask(admin -> {
                            var resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
                            return value(admin.describeConfigs(List.of(resource))
                                    .values()
                                    .get(resource));
                        })));
        Map<String, Map<String, String>> settings = new HashMap<>();
        asked.forEach((name, answer) -> {
            try {
                settings.put(
                        name,
                        BrokerQuestions.join(answer).entries().stream()
                                .filter(entry -> entry.value() != null)
                                .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value)));
            } catch (AuthorizationException notAllowed) {
                settings.put(name, Map.of()); // whoever compares says so
            }
        });
        return settings;
    }

    private static TopicDetails details(TopicDescription description, Map<String, String> settings) {
        int replicas = description.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        return new TopicDetails(
                description.topicId().toString(), description.partitions().size(), replicas, settings);
    }

    private static <T> KafkaFuture<T> value(@org.jspecify.annotations.Nullable KafkaFuture<T> future) {
        return java.util.Objects.requireNonNull(future, "the client answers what it was asked");
    }
}
