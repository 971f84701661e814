package io.tidemark.local.suite.machine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A way to a port of this machine that can be cut, frozen or made slow. Thread-safe. */
public final class TcpProxy implements AutoCloseable {
    private static final int BUFFER = 16 * 1024;
    private static final int PIECES = 1024;

    private final ServerSocket listener;
    private volatile int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean cut;
    private volatile Duration delay = Duration.ZERO;
    private volatile Late late = new Late("", Duration.ZERO);
    private volatile CompletableFuture<@Nullable Void> thaw = CompletableFuture.completedFuture(null);

    /** Whose answers are late: connections whose first bytes from the client contain the mark. */
    private record Late(String mark, Duration delay) {}

    /** What has come, and when it is passed on; no bytes: the end. */
    private record Piece(ByteBuffer bytes, long due) {}

    /** One client's way through. */
    private static final class Connection {
        final Socket client;
        final Socket server;
        volatile @Nullable String hello;

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }
    }

    public TcpProxy(int port, int target) {
        this.target = target;
        try {
            listener = new ServerSocket(port, 128, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new PartFailedException("no proxy at port " + port + ": " + e.getMessage(), e);
        }
        threads.execute(this::accept);
    }

    /** Closes what is open and, until {@link #restore}, whatever comes. */
    public void cut() {
        cut = true;
        sockets.forEach(TcpProxy::closeQuietly);
    }

    /** Leads elsewhere from now on, as a name does: what is open stays where it is. */
    public void lead(int port) {
        target = port;
    }

    /** Whatever passes is late by so much, in both directions. */
    public void delay(Duration duration) {
        delay = duration;
    }

    /**
     * What the server says is late by so much, to some clients.
     *
     * @param mark what their first bytes contain: with Kafka, part of the client's id
     */
    public void delayAnswersTo(String mark, Duration duration) {
        late = new Late(mark, duration);
    }

    /**
     * Forwards nothing any more, in either direction, while all connections stay open, as a network that drops packets does:
     * nobody is told. What comes meanwhile is forwarded after {@link #restore}.
     */
    public void freeze() {
        thaw = new CompletableFuture<>();
    }

    public void restore() {
        cut = false;
        delay = Duration.ZERO;
        late = new Late("", Duration.ZERO);
        thaw.complete(null);
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
            var connection = new Connection(client, server);
            threads.execute(() -> copy(connection, client, server));
            copy(connection, server, client);
        } catch (IOException targetIsDown) {
            closeQuietly(client);
        }
    }

    private void copy(Connection connection, Socket from, Socket to) {
        BlockingQueue<Piece> underWay = new LinkedBlockingQueue<>(PIECES);
        threads.execute(() -> write(underWay, from, to));
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                if (from.equals(connection.client) && connection.hello == null) {
                    connection.hello = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
                }
                long due = System.nanoTime() + delay(connection, from).toNanos();
                underWay.put(new Piece(ByteBuffer.wrap(Arrays.copyOf(buffer, length)), due));
            }
            underWay.put(new Piece(ByteBuffer.allocate(0), System.nanoTime()));
        } catch (IOException ended) {
            closeBoth(from, to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closeBoth(from, to);
        }
    }

    private Duration delay(Connection connection, Socket from) {
        Late now = late;
        String hello = connection.hello;
        boolean isLate =
                !now.delay().isZero() && from.equals(connection.server) && hello != null && hello.contains(now.mark());
        return isLate ? now.delay() : delay;
    }

    private void write(BlockingQueue<Piece> underWay, Socket from, Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            for (Piece next = underWay.take(); next.bytes().hasRemaining(); next = underWay.take()) {
                Thread.sleep(Duration.ofNanos(Math.max(0, next.due() - System.nanoTime())));
                thaw.join();
                out.write(next.bytes().array());
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
        thaw.complete(null);
        threads.shutdownNow();
    }
}
