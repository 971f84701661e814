package io.tidemark.gateway.overload;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;

/**
 * Connections of one client that mean harm to a gateway. They come from an address of this machine that is not that of other
 * clients, and stay until the siege is lifted. For one thread.
 */
final class HostileClient implements AutoCloseable {
    private static final int RECEIVE_BUFFER = 4096;

    private final InetSocketAddress gateway;
    private final InetAddress from;
    private final String host;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    /** @param from a loopback address, as {@code 127.0.0.2} */
    HostileClient(int gatewayPort, String from) throws IOException {
        this.host = "127.0.0.1:" + gatewayPort;
        this.gateway = new InetSocketAddress(InetAddress.getLoopbackAddress(), gatewayPort);
        this.from = InetAddress.ofLiteral(from);
    }

    /** One connection each asks for something, and reads nothing of its answer. */
    void unreadAnswers(int connections, IntFunction<String> path) {
        for (int i = 0; i < connections; i++) {
            send(get(path.apply(i)));
        }
    }

    /** Each connection asks for the same thing many times over without reading. */
    void unreadPipelines(int connections, int requests, String path) {
        for (int i = 0; i < connections; i++) {
            send(get(path).repeat(requests));
        }
    }

    /** The same once on each, by a request that ends the connection. */
    void unreadLastAnswers(int connections, String path) {
        for (int i = 0; i < connections; i++) {
            send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        }
    }

    /** Each connection sends a head of so many bytes, but for its end. */
    void halfHeads(int connections, int bytes) {
        String head = "GET /small/half HTTP/1.1\r\nHost: " + host + "\r\n";
        StringBuilder fields = new StringBuilder(head);
        for (int i = 0; fields.length() < bytes; i++) {
            fields.append("X-").append(i).append(": ").append("x".repeat(1000)).append("\r\n");
        }
        for (int i = 0; i < connections; i++) {
            send(fields.substring(0, bytes));
        }
    }

    private String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    }

    /** What cannot be connected or sent any more has been refused: that is as it should be. */
    private void send(String text) {
        try {
            Socket socket = new Socket();
            sockets.add(socket);
            socket.setReceiveBufferSize(RECEIVE_BUFFER);
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(gateway, 2000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException refused) {
            // the next one
        }
    }

    /** How many connections the gateway has left open. */
    long open() {
        return sockets.stream().filter(socket -> !isAtEnd(socket)).count();
    }

    private static boolean isAtEnd(Socket socket) {
        try {
            socket.setSoTimeout(1);
            InputStream in = socket.getInputStream();
            return in.read() < 0;
        } catch (SocketTimeoutException nothingCame) {
            return false;
        } catch (IOException closed) {
            return true;
        }
    }

    @Override
    public void close() {
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException gone) {
                // it is closed
            }
        }
    }
}
