package io.tidemark.local.suite.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** An HTTP server on a port where clients of something else look for it: whatever it is sent, it answers 400. */
final class Impostor implements AutoCloseable {
    private static final byte[] ANSWER = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);

    private final int port;
    private @Nullable ServerSocket listening;
    private @Nullable ExecutorService threads;

    Impostor(int port) {
        this.port = port;
    }

    void begin() throws IOException {
        var socket = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        ExecutorService each = Executors.newVirtualThreadPerTaskExecutor();
        listening = socket;
        threads = each;
        each.execute(() -> accept(socket, each));
    }

    private static void accept(ServerSocket socket, ExecutorService each) {
        try {
            while (true) {
                Socket client = socket.accept();
                each.execute(() -> answer(client));
            }
        } catch (IOException closed) {
            // the end
        }
    }

    private static void answer(Socket client) {
        try (client) {
            if (client.getInputStream().read(new byte[1024]) > 0) {
                client.getOutputStream().write(ANSWER);
            }
        } catch (IOException gone) {
            // as any client may be
        }
    }

    @Override
    public void close() {
        try {
            if (listening != null) {
                listening.close();
            }
            if (threads != null) {
                threads.shutdownNow();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
