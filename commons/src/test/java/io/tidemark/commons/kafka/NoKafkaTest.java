package io.tidemark.commons.kafka;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is at the brokers' address is no Kafka, or there is no such address. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class NoKafkaTest {
    /**
     * A client that waits for the rest of an answer lets go after this. Its first connection may do so: the thread that reads
     * it runs before the limit can be set.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Map<String, Object> PATIENT =
            Map.of("request.timeout.ms", (int) PATIENCE.toMillis(), "default.api.timeout.ms", 300_000);

    /** Less than three connections take that each wait. */
    private static final Duration SOON = Duration.ofSeconds(50);

    private final HttpServer http = new HttpServer();

    /** Answers whatever it is sent as an HTTP server does, and counts the clients that then let go. */
    private static final class HttpServer implements AutoCloseable {
        private final ServerSocket listener;
        private final AtomicInteger letGo = new AtomicInteger();

        HttpServer() {
            try {
                listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            } catch (IOException failure) {
                throw new IllegalStateException(failure);
            }
            Thread.ofVirtual().start(this::accept);
        }

        private void accept() {
            while (!listener.isClosed()) {
                try {
                    Socket client = listener.accept();
                    Thread.ofVirtual().start(() -> serve(client));
                } catch (IOException closed) {
                    return;
                }
            }
        }

        private void serve(Socket client) {
            try (client) {
                if (client.getInputStream().read(new byte[1024]) > 0) {
                    client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
                    client.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                }
            } catch (IOException reset) {
                // as good as closed
            }
            letGo.incrementAndGet();
        }

        @Override
        public void close() {
            try {
                listener.close();
            } catch (IOException failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    @AfterEach
    void stop() {
        http.close();
    }

    private static KafkaClients clients(String bootstrap) {
        return clients(bootstrap, Map.of());
    }

    private static KafkaClients clients(String bootstrap, Map<String, Object> security) {
        KnownTopics topics = new KnownTopics();
        topics.found("t");
        Map<String, Object> config = new java.util.HashMap<>(PATIENT);
        config.putAll(security);
        config.put("bootstrap.servers", bootstrap);
        Map<String, Object> producing = new java.util.HashMap<>(config);
        producing.remove("default.api.timeout.ms");
        producing.put("delivery.timeout.ms", 400_000);
        producing.put("max.block.ms", 100);
        return new KafkaClients(new KafkaClients.Settings(config, producing, config), topics);
    }

    private KafkaClients clients() {
        return clients("127.0.0.1:" + http.listener.getLocalPort());
    }

    private void awaitLettingGo() {
        await().atMost(SOON).until(() -> http.letGo.get() >= 3);
    }

    @Test
    void anAdminClientTakesNoAnswerForAGigabyteAndLetsGo() {
        try (KafkaClients clients = clients()) {
            var _ = clients.questions().ask(admin -> admin.describeCluster().clusterId());
            awaitLettingGo();
        }
    }

    @Test
    void aProducerTakesNoAnswerForAGigabyteAndLetsGo() throws Exception {
        try (KafkaClients clients = clients();
                Producer<byte[], byte[]> producer = clients.producer("test", Map.of())) {
            var sent = producer.send(new ProducerRecord<>("t", new byte[1]));
            assertThatThrownBy(() -> sent.get(30, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
            awaitLettingGo();
            assertThat(clients.renewals()).as("its thread has outlived it").isZero();
        }
    }

    @Test
    void aConsumerTakesNoAnswerForAGigabyteAndLetsGo() {
        try (KafkaClients clients = clients();
                Consumer<byte[], byte[]> consumer = clients.consumer(Map.of())) {
            consumer.assign(List.of(new TopicPartition("t", 0)));
            await().atMost(SOON).until(() -> {
                consumer.poll(Duration.ofMillis(50));
                return http.letGo.get() >= 3;
            });
        }
    }

    /** SASL without TLS reads the first answer itself. */
    @Test
    void withSaslToo() {
        Map<String, Object> sasl = Map.of(
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\" password=\"p\";");
        try (KafkaClients clients = clients("127.0.0.1:" + http.listener.getLocalPort(), sasl);
                Producer<byte[], byte[]> producer = clients.producer("test", Map.of());
                Consumer<byte[], byte[]> consumer = clients.consumer(Map.of())) {
            var _ = clients.questions().ask(admin -> admin.describeCluster().clusterId());
            awaitLettingGo();
            int before = http.letGo.get();
            var _ = producer.send(new ProducerRecord<>("t", new byte[1]));
            await().atMost(SOON).until(() -> http.letGo.get() >= before + 3);
            assertThat(clients.renewals()).as("the threads have outlived it").isZero();
            int then = http.letGo.get();
            consumer.assign(List.of(new TopicPartition("t", 0)));
            await().atMost(SOON).until(() -> {
                consumer.poll(Duration.ofMillis(50));
                return http.letGo.get() >= then + 3;
            });
        }
    }

    @Test
    void aNameThatDoesNotResolveFailsWhatIsAskedAndNotWhoeverAsks() throws Exception {
        try (KafkaClients clients = clients("kafka.invalid:9092");
                Producer<byte[], byte[]> producer = clients.producer("test", Map.of())) {
            assertThatThrownBy(() -> clients.questions()
                            .ask(admin -> admin.describeCluster().clusterId())
                            .join())
                    .isInstanceOf(CompletionException.class)
                    .hasRootCauseMessage("No resolvable bootstrap urls given in bootstrap.servers");
            assertThat(clients.questions().isAnswered()).isFalse();
            assertThat(clients.questions().why()).contains("bootstrap");
            assertThatThrownBy(() -> producer.send(new ProducerRecord<>("t", new byte[1])))
                    .isInstanceOf(KafkaException.class);
            assertThatThrownBy(() -> clients.consumer(Map.of())).isInstanceOf(KafkaException.class);
        }
    }
}
