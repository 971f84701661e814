package io.tidemark.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A gateway that is to have a purge log, and whose brokers cannot be reached: it answers, and says so once. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@ExtendWith(OutputCaptureExtension.class)
class WithoutKafkaTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration A_WHILE = Duration.ofSeconds(5);

    private static void answersAndStaysQuiet(String brokers, String why, CapturedOutput output) throws Exception {
        HttpServer origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        origin.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        origin.start();
        try (GatewayUnderTest gateway = new GatewayUnderTest(
                "--tidemark.kafka.enabled=true",
                "--spring.kafka.bootstrap-servers=" + brokers,
                "--tidemark.origin=http://127.0.0.1:" + origin.getAddress().getPort())) {
            assertThat(gateway.get("/").code()).isEqualTo(204);
            await().atMost(SOON)
                    .until(() ->
                            !gateway.bean(KafkaClients.class).questions().why().isEmpty());
            assertThat(gateway.bean(KafkaClients.class).questions().why()).contains(why);
            long before = output.getAll().lines().count();
            Thread.sleep(A_WHILE); // what is counted is what is said in this time
            long lines = output.getAll().lines().count() - before;
            assertThat(lines).as(output.getAll()).isLessThanOrEqualTo(A_WHILE.toSeconds());
            assertThat(gateway.get("/").code()).isEqualTo(204);
        } finally {
            origin.stop(0);
        }
    }

    @Test
    void nobodyListensThere(CapturedOutput output) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        answersAndStaysQuiet("127.0.0.1:" + port, "Timed out", output);
    }

    @Test
    void theNameDoesNotResolve(CapturedOutput output) throws Exception {
        answersAndStaysQuiet("kafka.invalid:9092", "bootstrap", output);
    }
}
