package io.tidemark.local.suite.sessions;

import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.machine.PartFailedException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Several clients at once, and what each does first. */
final class Clients {
    private Clients() {}

    /** What one of them does. */
    @FunctionalInterface
    interface Client {
        /** Its turn; {@code number} counts from 0. */
        void run(int number) throws IOException, InterruptedException;
    }

    /** Returns when all are done. */
    static void atOnce(int count, Client client) throws InterruptedException {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int n = 0; n < count; n++) {
                int number = n;
                running.add(clients.submit(() -> {
                    client.run(number);
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException failure) {
            throw new PartFailedException("a client gave up: " + failure.getCause(), failure);
        }
    }

    /** Begins a session; its cookie as the client sends it back. */
    static String begin(String gateway, String... fields) throws IOException, InterruptedException {
        return cookie(expect(201, Http.send("POST", gateway + "/edge/session", "", fields)));
    }

    static String cookie(HttpResponse<String> made) {
        return Http.header(made, "Set-Cookie").split(";", 2)[0];
    }

    static HttpResponse<String> expect(int status, HttpResponse<String> answer) {
        if (answer.statusCode() != status) {
            throw new PartFailedException(answer.request().method() + ' '
                    + answer.uri().getPath() + " was answered with " + answer.statusCode() + ' ' + answer.body());
        }
        return answer;
    }
}
