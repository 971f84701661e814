package io.tidemark.invalidation;

import static io.tidemark.invalidation.Requests.eventually;
import static io.tidemark.invalidation.Requests.get;
import static io.tidemark.invalidation.Requests.json;
import static io.tidemark.invalidation.Requests.post;
import static io.tidemark.invalidation.Requests.signed;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.backends.Backends;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

@DisplayName("The invalidation service, when it goes")
@ExtendWith(OutputCaptureExtension.class)
class DrainTest {
    private static final String PURGE = "{\"targets\":[{\"tag\":\"product:42\"}]}";

    private FakeGateway gateway;
    private ConfigurableApplicationContext service;

    @BeforeEach
    void start() throws Exception {
        service = LocalService.start("--tidemark.drain=4s");
        eventually("it has made the topics", this::isReady);
        gateway = new FakeGateway(Backends.shared().kafka().bootstrapServers(), "eu", "eu-drain");
        eventually("it takes purges, and gives receipts", () -> {
            HttpResponse<String> answer = post(service, "catalog", PURGE, signed(PURGE), "Prefer", "wait=5");
            return answer.statusCode() == 200;
        });
    }

    @AfterEach
    void stop() throws Exception {
        service.close();
        gateway.close();
    }

    private boolean isReady() throws Exception {
        return post(service, "catalog", PURGE, signed(PURGE)).statusCode() == 202;
    }

    private CompletableFuture<Void> going() {
        return CompletableFuture.runAsync(service::close);
    }

    @Test
    void noRequestOfAKeptConnectionFails() throws Exception {
        int port = Requests.uri(service, "/").getPort();
        AtomicBoolean gone = new AtomicBoolean(); // for a balancer
        AtomicInteger answered = new AtomicInteger();
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(Thread.ofVirtual().start(() -> {
                while (!gone.get()) {
                    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                        while (exchange(socket)) {
                            answered.incrementAndGet();
                        }
                        answered.incrementAndGet();
                    } catch (IOException failure) {
                        failures.add(failure.toString());
                        return;
                    }
                }
            }));
        }
        eventually("clients are answered", () -> answered.get() > 100);
        CompletableFuture<Void> going = going();
        int before = answered.get();
        eventually("they are all the same, on new connections", () -> answered.get() > before + 50);
        gone.set(true);
        for (Thread client : clients) {
            client.join();
        }
        going.get(60, TimeUnit.SECONDS);
        assertThat(failures).isEmpty();
    }

    /** Whether the connection goes on. */
    private static boolean exchange(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write("HEAD /v1/purges HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
        InputStream in = new BufferedInputStream(socket.getInputStream());
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed without a word after \"" + head + '"');
            }
            head.append((char) next);
        }
        assertThat(head).startsWith("HTTP/1.1 200");
        return !head.toString().toLowerCase(Locale.ROOT).contains("\r\nconnection: close");
    }

    @Test
    void whoWaitsForAReceiptGetsItAndWhatWasCompleteIsRemembered(CapturedOutput output) throws Exception {
        gateway.stopApplying();
        CompletableFuture<HttpResponse<String>> waiting = CompletableFuture.supplyAsync(() -> waiting(25));
        eventually(
                "the purge is there",
                () -> get(service, "/v1/purges?limit=1").body().contains("\"complete\":false"));
        CompletableFuture<Void> going = going();
        eventually("it goes", () -> output.getOut().contains("draining for up to"));
        gateway.applyAgain();
        assertThat(waiting.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        going.get(60, TimeUnit.SECONDS);
        assertThat(output.getOut()).doesNotContain("has been STOPPED");
    }

    @Test
    void whoWouldWaitLongerIsAnswered() throws Exception {
        gateway.stopApplying();
        CompletableFuture<HttpResponse<String>> waiting = CompletableFuture.supplyAsync(() -> waiting(30));
        eventually(
                "the purge is there",
                () -> get(service, "/v1/purges?limit=1").body().contains("\"complete\":false"));
        long start = System.nanoTime();
        CompletableFuture<Void> going = going();
        HttpResponse<String> answer = waiting.get(60, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(json(answer).path("id").isString()).isTrue();
        going.get(60, TimeUnit.SECONDS);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    private HttpResponse<String> waiting(int seconds) {
        try {
            return post(service, "catalog", PURGE, signed(PURGE), "Prefer", "wait=" + seconds);
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }
}
