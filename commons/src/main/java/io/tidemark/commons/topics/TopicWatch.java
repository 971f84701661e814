package io.tidemark.commons.topics;

import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.commons.outage.Outage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.ApiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Makes the topics of this service that are missing, where that is allowed, and compares those that are there with what is needed:
 * at the start, as soon as brokers answer, and then now and again. Changes nothing of a topic that is there. What deviates is said
 * once, with the command that mends it. Thread-safe; one thread of its own asks.
 */
public final class TopicWatch implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(TopicWatch.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration PAUSE_FOR_NEW = Duration.ofMillis(50);
    private static final int LOOKS_FOR_NEW = 20;

    /** What a batch takes beside one record's key and value, with room for headers. */
    private static final int BATCH_HEAD = 512;

    private final Map<String, TopicNeeds> needs;
    private final KafkaClients clients;
    private final TopicSurvey survey;
    private final boolean makes;
    private final Duration every;
    private final Semaphore asked = new Semaphore(0);
    private final Set<Deviation> said = ConcurrentHashMap.newKeySet();
    private final Outage outage = new Outage(log, "The topics are not known", "The topics are known");
    private volatile Map<String, TopicDetails> details = Map.of();
    private volatile Map<String, List<Deviation>> deviations = Map.of();
    private volatile boolean checked;
    private volatile boolean running;
    private @Nullable Thread thread;

    /**
     * @param topics those of this service
     * @param makes whether those that are missing are made ({@code spring.kafka.admin.auto-create})
     */
    public TopicWatch(ServiceTopics topics, TopicsProperties properties, KafkaClients clients, boolean makes) {
        Map<String, TopicNeeds> all = TopicNeeds.of(properties);
        this.needs = new HashMap<>();
        topics.names().forEach(name -> needs.put(name, Objects.requireNonNull(all.get(name), name)));
        this.clients = clients;
        this.survey = new TopicSurvey(clients.questions());
        this.makes = makes;
        this.every = properties.checkEvery();
    }

    /** Whether every topic is there and was compared; that some deviate is another matter. */
    public boolean isComplete() {
        return checked && details.keySet().containsAll(needs.keySet());
    }

    /** The topic as of the last look; empty while it is not there or not known. */
    public Optional<TopicDetails> details(String topic) {
        return Optional.ofNullable(details.get(topic));
    }

    /** In what the topic deviated at the last look. */
    public List<Deviation> deviations(String topic) {
        return deviations.getOrDefault(topic, List.of());
    }

    /** In what the topics of this service deviated at the last look. */
    public List<Deviation> deviations() {
        return deviations.values().stream().flatMap(List::stream).toList();
    }

    /** The first deviation by which what is accepted into the topic may be lost; empty if there is none. */
    public Optional<Deviation> loss(String topic) {
        return deviations(topic).stream()
                .filter(deviation -> deviation.consequence() == Consequence.LOSS)
                .findFirst();
    }

    /** The most bytes that a record's key and value may take together, by the topic and by this service's producers. */
    public OptionalInt largestRecord(String topic) {
        return details(topic)
                .map(TopicDetails::maxMessageBytes)
                .filter(OptionalInt::isPresent)
                .map(most -> OptionalInt.of(
                        Math.max(0, Math.min(most.getAsInt(), clients.maxRequestSize(Map.of())) - BATCH_HEAD)))
                .orElse(OptionalInt.empty());
    }

    /** The names of this service's topics. */
    public Set<String> names() {
        return Set.copyOf(needs.keySet());
    }

    /** A topic seems to be missing or another one: looks soon, once however many say so. */
    public void lookSoon() {
        if (asked.availablePermits() == 0) {
            asked.release();
        }
    }

    @Override
    public synchronized void start() {
        running = true;
        thread = Thread.ofVirtual().name("topics").start(this::run);
    }

    @Override
    public synchronized void stop() {
        running = false;
        if (thread != null) {
            thread.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before whatever reads the topics. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE / 2;
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        while (running) {
            boolean known = look();
            pause = known ? FIRST_PAUSE : longer(pause);
            try {
                Duration next = known && isComplete() ? every : pause;
                if (asked.tryAcquire(next.toMillis(), TimeUnit.MILLISECONDS)) {
                    Thread.sleep(FIRST_PAUSE); // whoever asks does so more than once
                    asked.drainPermits();
                }
            } catch (InterruptedException stop) {
                return;
            }
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }

    /** One look; false if the brokers did not answer. */
    boolean look() {
        try {
            TopicSurvey.Found found = survey.find(needs.keySet());
            Map<String, RuntimeException> unmade = new HashMap<>();
            Set<String> made = makeMissing(found, unmade);
            for (int i = 0; i < LOOKS_FOR_NEW && !found.topics().keySet().containsAll(made); i++) {
                Thread.sleep(PAUSE_FOR_NEW); // not every broker knows at once
                found = survey.find(needs.keySet());
            }
            learned(found, unmade);
            outage.over();
            return true;
        } catch (RuntimeException failure) {
            if (clients.questions().why().isEmpty()) { // else whoever asks has said it
                outage.failed(failure);
            }
            return false;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Those that were made. What may not or cannot be made does not keep others from being made. */
    private Set<String> makeMissing(TopicSurvey.Found found, Map<String, RuntimeException> unmade) {
        Set<String> made = new HashSet<>();
        for (TopicNeeds needed : needs.values()) {
            if (makes && isMissing(needed, found)) {
                try {
                    survey.make(needed.newTopic());
                    log.info("Made the topic {}", needed.name());
                    made.add(needed.name());
                } catch (ApiException refused) {
                    unmade.put(needed.name(), refused);
                }
            }
        }
        return made;
    }

    private static boolean isMissing(TopicNeeds needed, TopicSurvey.Found found) {
        return !found.topics().containsKey(needed.name()) && !found.refused().containsKey(needed.name());
    }

    private void learned(TopicSurvey.Found found, Map<String, RuntimeException> unmade) {
        String brokers = clients.bootstrapServers();
        Map<String, List<Deviation>> now = new HashMap<>();
        needs.forEach((name, needed) -> now.put(name, compare(needed, found, unmade.get(name), brokers)));
        details = Map.copyOf(found.topics());
        deviations = Map.copyOf(now);
        checked = true;
        needs.keySet().forEach(name -> {
            if (found.topics().containsKey(name)) {
                clients.topics().found(name);
            } else {
                clients.topics().missing(name);
            }
        });
        say(now.values().stream().flatMap(List::stream).toList());
    }

    private List<Deviation> compare(
            TopicNeeds needed, TopicSurvey.Found found, @Nullable RuntimeException unmade, String brokers) {
        TopicDetails there = found.topics().get(needed.name());
        RuntimeException hidden = found.refused().get(needed.name());
        if (there != null) {
            return needed.compare(there, brokers);
        }
        return List.of(hidden != null ? needed.hidden(hidden, brokers) : needed.missing(unmade, brokers));
    }

    private void say(List<Deviation> now) {
        for (Deviation deviation : now) {
            if (said.add(deviation)) {
                if (deviation.consequence() == Consequence.WEAKER) {
                    log.warn("{}", deviation.sentence());
                } else {
                    log.error(
                            "{} [{}]",
                            deviation.sentence(),
                            deviation.consequence().label());
                }
            }
        }
        for (Deviation before : new ArrayList<>(said)) {
            if (!now.contains(before)) {
                said.remove(before);
                log.info("{}: no longer so: {}", before.topic(), before.what());
            }
        }
    }
}
