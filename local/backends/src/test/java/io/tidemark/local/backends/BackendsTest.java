package io.tidemark.local.backends;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs in the mode that fits the machine: with a Docker engine these are containers. */
@Timeout(240)
class BackendsTest {
    private static Backends backends;

    @BeforeAll
    static void start() {
        backends = Backends.start(1);
    }

    @AfterAll
    static void close() {
        backends.close();
    }

    @Test
    void redisKeepsItsKeysAndItsPortOverAKill() throws IOException {
        Redis redis = backends.redis(0);
        int port = redis.port();
        assertThat(say(port, "SET tide 42\r\n")).startsWith("+OK");

        redis.kill();
        assertThat(redis.isRunning()).isFalse();
        redis.start();

        assertThat(redis.port()).isEqualTo(port);
        assertThat(say(port, "GET tide\r\n")).contains("42");
    }

    @Test
    void kafkaKeepsItsTopicsAndItsPortOverAKill() throws Exception {
        Kafka kafka = backends.kafka();
        int port = kafka.port();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("tide", 1, (short) 1)))
                    .all()
                    .get(20, TimeUnit.SECONDS);
        }

        kafka.kill();
        assertThat(kafka.isRunning()).isFalse();
        kafka.start();

        assertThat(kafka.port()).isEqualTo(port);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            assertThat(admin.listTopics().names().get(20, TimeUnit.SECONDS)).contains("tide");
        }
    }

    private static String say(int port, String line) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 20_000);
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = new byte[256];
            int length = socket.getInputStream().read(answer);
            return new String(answer, 0, length, StandardCharsets.US_ASCII);
        }
    }
}
