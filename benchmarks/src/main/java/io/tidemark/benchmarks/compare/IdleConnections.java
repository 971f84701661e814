package io.tidemark.benchmarks.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Connections that have had one answer each and wait for their next request. */
final class IdleConnections implements AutoCloseable {
    static final int COUNT = 10_000;
    private static final int BATCH = 500;
    private static final int LONGEST_WAIT_MS = 5_000;

    private final List<SocketChannel> channels = new ArrayList<>(COUNT);

    static IdleConnections open(Server server, String path) throws IOException {
        IdleConnections idle = new IdleConnections();
        byte[] request = ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        try {
            byte[] answer = new byte[16 * 1024];
            for (int done = 0; done < COUNT; done += BATCH) {
                List<SocketChannel> batch = new ArrayList<>(BATCH);
                for (int one = 0; one < BATCH; one++) {
                    SocketChannel channel = SocketChannel.open();
                    idle.channels.add(channel);
                    batch.add(channel);
                    channel.socket()
                            .connect(
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()),
                                    LONGEST_WAIT_MS);
                    channel.write(ByteBuffer.wrap(request));
                }
                for (SocketChannel channel : batch) {
                    channel.socket().setSoTimeout(LONGEST_WAIT_MS); // which the socket's stream heeds, not the channel
                    if (channel.socket().getInputStream().read(answer) < 0) {
                        throw new IOException(server.name() + " closed a connection");
                    }
                }
            }
            return idle;
        } catch (IOException e) {
            idle.close();
            throw e;
        }
    }

    /** How many the server has closed meanwhile. */
    long closedByServer() throws IOException {
        long closed = 0;
        ByteBuffer rest = ByteBuffer.allocate(16 * 1024);
        for (SocketChannel channel : channels) {
            channel.configureBlocking(false);
            int read;
            do {
                read = channel.read(rest.clear());
            } while (read > 0);
            closed += read < 0 ? 1 : 0;
        }
        return closed;
    }

    @Override
    public void close() {
        for (SocketChannel channel : channels) {
            try {
                channel.close();
            } catch (IOException e) {
                // gone already
            }
        }
    }
}
