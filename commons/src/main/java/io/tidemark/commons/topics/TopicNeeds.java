package io.tidemark.commons.topics;

import io.tidemark.contracts.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/**
 * What one topic is made with, and what is asked of it afterwards. A value; comparing does no I/O.
 *
 * @param name the topic
 * @param partitions when it is made
 * @param fixedPartitions whether somebody asked for just that number
 * @param replicas the fewest, and when it is made; -1: the brokers' default, and no number is asked for
 * @param keep the shortest time that a record stays; null: for ever
 * @param compacted whether only the last record of each key counts; otherwise every record does
 * @param ifBroken what may come of records that go too early
 * @param madeWith settings when it is made, beside those that follow from the others
 */
public record TopicNeeds(
        String name,
        int partitions,
        boolean fixedPartitions,
        short replicas,
        @Nullable Duration keep,
        boolean compacted,
        Consequence ifBroken,
        Map<String, String> madeWith) {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int DOCUMENTS = 12;

    /** The needs of each topic of the suite, by its name. */
    public static Map<String, TopicNeeds> of(TopicsProperties properties) {
        short replicas = properties.replicas();
        Duration purges = properties.purgeRetention();
        boolean fixed = properties.writePartitions() != null;
        int writes = fixed && properties.writePartitions() != null
                ? properties.writePartitions()
                : TopicsProperties.WRITE_PARTITIONS;
        Map<String, String> forgetsTheDead = Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT + ',' + TopicConfig.CLEANUP_POLICY_DELETE,
                // a gateway beats twice a second: a record of a day ago is of one that died
                TopicConfig.RETENTION_MS_CONFIG,
                "86400000",
                TopicConfig.SEGMENT_MS_CONFIG,
                "600000",
                TopicConfig.DELETE_RETENTION_MS_CONFIG,
                "600000");
        return List.of(
                        log(Topics.PURGES, 1, false, replicas, purges, Consequence.STALE),
                        new TopicNeeds(
                                Topics.WATERMARKS, 1, false, replicas, HOUR, true, Consequence.WEAKER, forgetsTheDead),
                        log(Topics.ERASURES, 1, false, replicas, HOUR, Consequence.WEAKER)
                                .madeWith(Map.of(TopicConfig.RETENTION_MS_CONFIG, millis(purges))),
                        log(Topics.PREVIEWS, 1, false, replicas, Duration.ofMinutes(1), Consequence.WEAKER)
                                .madeWith(Map.of(TopicConfig.RETENTION_MS_CONFIG, millis(HOUR))),
                        log(Topics.PREVIEW_COUNTS, 1, false, replicas, Duration.ofMinutes(1), Consequence.WEAKER)
                                .madeWith(Map.of(TopicConfig.RETENTION_MS_CONFIG, millis(HOUR))),
                        log(Topics.INQUIRIES, 1, false, replicas, Duration.ofMinutes(1), Consequence.WEAKER)
                                .madeWith(Map.of(TopicConfig.RETENTION_MS_CONFIG, millis(HOUR))),
                        log(Topics.INQUIRY_ANSWERS, 1, false, replicas, Duration.ofMinutes(1), Consequence.WEAKER)
                                .madeWith(Map.of(TopicConfig.RETENTION_MS_CONFIG, millis(HOUR))),
                        new TopicNeeds(
                                Topics.KEYS,
                                1,
                                false,
                                replicas,
                                null,
                                true,
                                Consequence.WEAKER,
                                Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)),
                        // what goes early is made good by comparing; what stays is what clients typed
                        log(Topics.DOCUMENTS, DOCUMENTS, false, replicas, DAY, Consequence.WEAKER),
                        log(Topics.WRITES, writes, fixed, replicas, null, Consequence.LOSS),
                        log(Topics.DEAD_WRITES, writes, false, replicas, null, Consequence.LOSS))
                .stream()
                .collect(Collectors.toMap(TopicNeeds::name, needs -> needs, (one, _) -> one, LinkedHashMap::new));
    }

    private static TopicNeeds log(
            String name, int partitions, boolean fixed, short replicas, @Nullable Duration keep, Consequence broken) {
        return new TopicNeeds(name, partitions, fixed, replicas, keep, false, broken, Map.of());
    }

    private TopicNeeds madeWith(Map<String, String> settings) {
        return new TopicNeeds(name, partitions, fixedPartitions, replicas, keep, compacted, ifBroken, settings);
    }

    /** The topic as this service makes it where it is missing. */
    NewTopic newTopic() {
        return new NewTopic(name, Optional.of(partitions), Optional.of(replicas).filter(count -> count > 0))
                .configs(settings());
    }

    /** It is not there, and perhaps could not be made. */
    Deviation missing(@Nullable Throwable unmade, String brokers) {
        return new Deviation(
                name,
                "there is no such topic" + (unmade == null ? "" : ", and it cannot be made: " + unmade.getMessage()),
                Consequence.WEAKER,
                createCommand(brokers));
    }

    /** This service may not see it. */
    Deviation hidden(Throwable refused, String brokers) {
        return new Deviation(
                name,
                "this service may not see it: " + refused.getMessage(),
                Consequence.WEAKER,
                grant("Describe", brokers));
    }

    private String grant(String operation, String brokers) {
        return "kafka-acls.sh --bootstrap-server " + brokers
                + " --add --allow-principal User:<this service's> --operation " + operation + " --topic " + name;
    }

    private String createCommand(String brokers) {
        String configs = settings().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(setting -> " --config " + setting.getKey() + '=' + setting.getValue())
                .collect(Collectors.joining());
        return "kafka-topics.sh --bootstrap-server " + brokers + " --create --topic " + name + " --partitions "
                + partitions + (replicas > 0 ? " --replication-factor " + replicas : "") + configs;
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        settings.put(TopicConfig.RETENTION_MS_CONFIG, keep == null ? "-1" : millis(keep));
        settings.put(TopicConfig.RETENTION_BYTES_CONFIG, "-1");
        // brokers refuse records whose sender's clock is far ahead; their own clock is always right for them
        settings.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        settings.putAll(madeWith);
        return settings;
    }

    /** In what the topic deviates. */
    List<Deviation> compare(TopicDetails found, String brokers) {
        List<Deviation> deviations = new ArrayList<>();
        partitions(found, deviations);
        replicas(found, brokers, deviations);
        if (found.settings().isEmpty()) {
            deviations.add(new Deviation(
                    name, "its settings cannot be seen", Consequence.WEAKER, grant("DescribeConfigs", brokers)));
        } else {
            settings(found, brokers, deviations);
        }
        return deviations;
    }

    private void partitions(TopicDetails found, List<Deviation> deviations) {
        if (fixedPartitions && found.partitions() != partitions) {
            deviations.add(new Deviation(
                    name,
                    "tidemark.topics.write-partitions is " + partitions + ", the topic has " + found.partitions()
                            + " partitions and keeps them, for another number would break the order of what waits",
                    Consequence.WEAKER,
                    "set tidemark.topics.write-partitions=" + found.partitions()));
        }
    }

    private void replicas(TopicDetails found, String brokers, List<Deviation> deviations) {
        if (found.replicas() < replicas) {
            deviations.add(new Deviation(
                    name,
                    "it has " + found.replicas() + " replicas, tidemark.topics.replicas asks for " + replicas,
                    ifBroken,
                    "kafka-reassign-partitions.sh --bootstrap-server " + brokers
                            + " --execute --reassignment-json-file <one that names " + replicas
                            + " brokers for each partition of "
                            + name + '>'));
        }
        int inSync = Math.min(found.replicas(), replicas > 0 ? replicas : found.replicas()) / 2 + 1;
        String configured = found.setting(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
        if (configured != null && found.replicas() > 2 && Integer.parseInt(configured) < inSync) {
            deviations.add(needs(
                    TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                    configured,
                    Integer.toString(inSync),
                    replicas > 1 ? ifBroken : Consequence.WEAKER,
                    brokers));
        }
    }

    private void settings(TopicDetails found, String brokers, List<Deviation> deviations) {
        String policy = found.setting(TopicConfig.CLEANUP_POLICY_CONFIG);
        if (policy != null && policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT) != compacted) {
            String needed = settings().getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "");
            deviations.add(needs(TopicConfig.CLEANUP_POLICY_CONFIG, policy, '[' + needed + ']', ifBroken, brokers));
        }
        boolean deletes = policy == null || policy.contains(TopicConfig.CLEANUP_POLICY_DELETE);
        if (deletes && isShorter(found.setting(TopicConfig.RETENTION_MS_CONFIG))) {
            deviations.add(needs(
                    TopicConfig.RETENTION_MS_CONFIG,
                    found.setting(TopicConfig.RETENTION_MS_CONFIG),
                    keep == null ? "-1" : millis(keep),
                    tooEarly(),
                    brokers));
        }
        String bytes = found.setting(TopicConfig.RETENTION_BYTES_CONFIG);
        if (deletes && !compacted && bytes != null && !bytes.startsWith("-")) {
            deviations.add(needs(TopicConfig.RETENTION_BYTES_CONFIG, bytes, "-1", tooEarly(), brokers));
        }
        if ("CreateTime".equals(found.setting(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG))) {
            deviations.add(needs(
                    TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                    "CreateTime",
                    "LogAppendTime",
                    Consequence
                            .WEAKER, // records of a clock that is far ahead are refused, those of one behind go early
                    brokers));
        }
        if ("true".equals(found.setting(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG))) {
            deviations.add(
                    needs(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "true", "false", ifBroken, brokers));
        }
    }

    /** Of records that go too early: a purge log that begins later is known to, and nothing old is served for it. */
    private Consequence tooEarly() {
        return ifBroken == Consequence.LOSS ? Consequence.LOSS : Consequence.WEAKER;
    }

    private boolean isShorter(@Nullable String configured) {
        if (configured == null || configured.startsWith("-")) {
            return false;
        }
        return keep == null || Long.parseLong(configured) < keep.toMillis();
    }

    private Deviation needs(
            String setting, @Nullable String found, String needed, Consequence consequence, String brokers) {
        return new Deviation(
                name,
                setting + " is " + found + " and must be " + needed,
                consequence,
                "kafka-configs.sh --bootstrap-server " + brokers + " --alter --entity-type topics --entity-name " + name
                        + " --add-config " + setting + '=' + needed);
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}
