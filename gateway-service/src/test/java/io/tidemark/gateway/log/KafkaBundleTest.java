package io.tidemark.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.local.fixtures.Certificates;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

/** Every Kafka client of the gateway greets a broker of a private authority by Boot's bundle, with its own certificate. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KafkaBundleTest {
    private final AtomicInteger greeted = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    /** Shakes hands and lets go: what a broker says after it matters to no certificate. */
    private SSLServerSocket broker() throws Exception {
        String own = Certificates.pem("good").toString();
        SSLContext tls = SslBundle.of(new PemSslStoreBundle(
                        PemSslStoreDetails.forCertificate(own).withPrivateKey(own),
                        PemSslStoreDetails.forCertificate(Certificates.pem("ca").toString())))
                .createSslContext();
        SSLServerSocket listener =
                (SSLServerSocket) tls.getServerSocketFactory().createServerSocket(0);
        listener.setNeedClientAuth(true);
        Thread.ofVirtual().start(() -> accept(listener));
        return listener;
    }

    private void accept(SSLServerSocket listener) {
        while (!listener.isClosed()) {
            try {
                SSLSocket client = (SSLSocket) listener.accept();
                Thread.ofVirtual().start(() -> greet(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void greet(SSLSocket client) {
        try (client) {
            client.startHandshake();
            if (client.getInputStream().read() >= 0) {
                greeted.incrementAndGet();
            }
        } catch (javax.net.ssl.SSLException untrusted) {
            if (String.valueOf(untrusted.getMessage()).contains("certificate")) { // and not that a client has just left
                refused.incrementAndGet();
            }
        } catch (IOException left) {
            // a client that leaves has refused nothing
        }
    }

    private void awaitGreetings(Runnable asks) {
        int before = greeted.get();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            asks.run();
            return greeted.get() > before + 2;
        });
    }

    @Test
    void consumersProducersAndQuestions() throws Exception {
        try (SSLServerSocket broker = broker();
                GatewayUnderTest gateway = new GatewayUnderTest(
                        "--tidemark.kafka.enabled=true",
                        "--spring.kafka.bootstrap-servers=127.0.0.1:" + broker.getLocalPort(),
                        "--spring.kafka.security.protocol=SSL",
                        "--spring.kafka.ssl.bundle=kafka",
                        "--spring.ssl.bundle.pem.kafka.truststore.certificate=" + Certificates.pem("ca"),
                        "--spring.ssl.bundle.pem.kafka.keystore.certificate=" + Certificates.pem("client"),
                        "--spring.ssl.bundle.pem.kafka.keystore.private-key=" + Certificates.pem("client"))) {
            KafkaClients clients = gateway.bean(KafkaClients.class);
            clients.topics().found("t");
            awaitGreetings(() -> {
                var _ = clients.questions().ask(admin -> admin.describeCluster().clusterId());
            });
            try (var consumer = clients.consumer(Map.of())) {
                consumer.assign(List.of(new TopicPartition("t", 0)));
                awaitGreetings(() -> consumer.poll(Duration.ofMillis(100)));
            }
            try (var producer = clients.producer("test", Map.of("max.block.ms", 100))) {
                awaitGreetings(() -> {
                    var _ = producer.send(new ProducerRecord<>("t", new byte[1]));
                });
            }
            assertThat(refused).hasValue(0);
        }
    }
}
