package io.tidemark.local.suite.backends;

import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Folders;
import io.tidemark.local.backends.Kafka;
import io.tidemark.local.backends.KafkaCluster;
import io.tidemark.local.backends.Redis;
import io.tidemark.local.suite.launcher.LauncherOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A write queue whose log three brokers keep, two of them in any case: they are restarted one by one, hand over what they lead, and
 * are killed one by one; one loses its disk; and then two are killed, so that nothing can be accepted, and come back.
 */
final class BrokersTrial implements Trial {
    private static final Duration AWAY = Duration.ofSeconds(10);
    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(90);

    /** A broker that goes hands over who leads, which a record may meet. */
    private static final Duration RESTARTED = Duration.ofSeconds(3);

    private static final Duration BETWEEN_MOVES = Duration.ofSeconds(2);
    private static final Duration MISSED = Duration.ofSeconds(10);
    private static final Duration BACK = Duration.ofSeconds(30);

    private final LauncherOptions options;
    private final Path data;
    private final KafkaCluster kafka;
    private final Redis redis;

    BrokersTrial(LauncherOptions options) {
        this.options = options;
        data = options.data().resolve("brokers");
        kafka = KafkaCluster.create(3, data);
        redis = Redis.create(
                BackendOptions.named("redis").withMode(BackendMode.EMBEDDED).withData(data.resolve("redis")));
    }

    @Override
    public List<String> run(PrintStream out) throws IOException, InterruptedException {
        redis.start();
        Backends.startAll(kafka.brokers());
        Map<String, String> backends = Map.of(
                "spring.kafka.bootstrap-servers",
                kafka.bootstrapServers(),
                "tidemark.topics.replicas",
                "3",
                "spring.data.redis.url",
                redis.url());
        try (WriteTrial writes = new WriteTrial(options, "on-brokers", "of three brokers", backends, out)) {
            WriteTraffic.Figures restarted = writes.row("each is restarted, one by one", this::restartEach);
            WriteTraffic.Figures moved = writes.row("each hands over what it leads, four times", this::moveLeaders);
            WriteTraffic.Figures missed = writes.row("each is killed and away for 10 s, one by one", this::killEach);
            writes.row("one is lost with its disk, and back empty", this::replaceTheLast);
            WriteTraffic.Figures killed = writes.row("two are killed, and back after 10 s", this::killTwo);
            writes.expect(
                    restarted.refused() == 0,
                    restarted.refused() + " writes were refused while brokers were restarted");
            writes.expect(
                    restarted.longestGap().compareTo(RESTARTED) <= 0,
                    "no write for " + restarted.longestGap() + " while brokers were restarted");
            writes.expect(moved.refused() == 0, moved.refused() + " writes were refused while leaders were moved");
            writes.expect(
                    moved.longestGap().compareTo(RESTARTED) <= 0,
                    "no write for " + moved.longestGap() + " while leaders were moved");
            writes.expect(
                    missed.longestGap().compareTo(MISSED) <= 0,
                    "no write for " + missed.longestGap() + " when one was away");
            writes.expect(killed.refused() > 0, "writes were accepted that one broker has");
            writes.expect(
                    killed.longestGap().compareTo(BACK) <= 0,
                    "no write for " + killed.longestGap() + " when two were away for " + AWAY);
            return writes.account();
        }
    }

    private void restartEach() throws IOException, InterruptedException {
        for (Kafka broker : kafka.brokers()) {
            kafka.awaitAllInSync(WHOLE_WITHIN);
            broker.stop();
            broker.start();
        }
        kafka.awaitAllInSync(WHOLE_WITHIN);
    }

    private void moveLeaders() throws IOException, InterruptedException {
        for (int time = 0; time < 4; time++) {
            kafka.moveLeaders("tidemark.writes");
            Thread.sleep(BETWEEN_MOVES);
        }
    }

    /** Whoever leads is among them. */
    private void killEach() throws IOException, InterruptedException {
        for (Kafka broker : kafka.brokers()) {
            kafka.awaitAllInSync(WHOLE_WITHIN);
            broker.kill();
            Thread.sleep(AWAY);
            broker.start();
        }
        kafka.awaitAllInSync(WHOLE_WITHIN);
    }

    private void replaceTheLast() throws IOException, InterruptedException {
        Kafka last = kafka.brokers().getLast();
        last.kill();
        Folders.delete(data.resolve(last.name()).resolve("log"));
        Thread.sleep(AWAY);
        last.start();
        kafka.awaitAllInSync(WHOLE_WITHIN);
    }

    private void killTwo() throws InterruptedException {
        List<Kafka> two = new ArrayList<>(kafka.brokers().subList(0, 2));
        two.forEach(Kafka::kill);
        Thread.sleep(AWAY);
        Backends.startAll(two);
    }

    @Override
    public void close() {
        kafka.close();
        redis.close();
    }
}
