package io.tidemark.local.suite;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A way to a port of this machine that can be cut or made slow. Thread-safe. */
final class TcpProxy implements AutoCloseable {
    private static final int BUFFER = 16 * 1024;

    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean cut;
    private volatile Duration delay = Duration.ZERO;

    TcpProxy(int port, int target) {
        this.target = target;
        try {
            listener = new ServerSocket(port, 128, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new PartFailedException("no proxy at port " + port + ": " + e.getMessage(), e);
        }
        threads.execute(this::accept);
    }

    /** Closes what is open and, until {@link #restore}, whatever comes. */
    void cut() {
        cut = true;
        sockets.forEach(TcpProxy::closeQuietly);
    }

    /** Each piece of data waits for so long, in both directions. */
    void delay(Duration duration) {
        delay = duration;
    }

    void restore() {
        cut = false;
        delay = Duration.ZERO;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (cut) {
                    closeQuietly(client);
                } else {
                    threads.execute(() -> connect(client));
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        try {
            var server = new Socket(InetAddress.getLoopbackAddress(), target);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            sockets.add(client);
            sockets.add(server);
            if (cut) {
                closeBoth(client, server);
                return;
            }
            threads.execute(() -> copy(client, server));
            copy(server, client);
        } catch (IOException targetIsDown) {
            closeQuietly(client);
        }
    }

    private void copy(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                Duration pause = delay;
                if (!pause.isZero()) {
                    Thread.sleep(pause);
                }
                out.write(buffer, 0, length);
            }
        } catch (IOException ended) {
            // one side has closed: so does the other
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closeBoth(from, to);
        }
    }

    private void closeBoth(Socket one, Socket other) {
        closeQuietly(one);
        closeQuietly(other);
        sockets.remove(one);
        sockets.remove(other);
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception alreadyClosed) {
            // nothing is left to do
        }
    }

    @Override
    public void close() {
        closeQuietly(listener);
        cut();
        threads.shutdownNow();
    }
}
