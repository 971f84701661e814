package io.tidemark.gateway.documents;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.dialect.YWebSocket;
import io.tidemark.documents.lib0.ByteWriter;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What an edit costs a gateway for each client that sees it: a main to be run by hand, {@code docs/documents.md} says how. The clients are
 * a process of their own, so that the processor time is the gateway's alone; on a machine that others use that says more than the clock.
 */
final class RelaySpeed {
    private static final String DOCUMENT = "speed";
    private static final int WARM = 5_000;
    private static final int EDITS = 2_000;
    private static final int PAUSE_MILLIS = 4;

    private RelaySpeed() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 1) {
            new Clients(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1])).run();
            System.exit(0);
        }
        int observers = arguments.length == 0 ? 100 : Integer.parseInt(arguments[0]);
        try (DocumentRegion region = new DocumentRegion("speed")) {
            GatewayUnderTest gateway =
                    region.gateway("one", "--tidemark.documents.access=anyone", "--tidemark.documents.max-frames=5000");
            Process clients = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            RelaySpeed.class.getName(),
                            Integer.toString(DocumentRegion.port(gateway)),
                            Integer.toString(observers))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            long begun = 0;
            long since = 0;
            double idle = 0;
            try (BufferedReader said = clients.inputReader()) {
                for (String line = said.readLine(); line != null; line = said.readLine()) {
                    switch (line) {
                        case "begin" -> {
                            begun = used();
                            since = System.nanoTime();
                        }
                        case "rested" -> idle = (double) (used() - begun) / (System.nanoTime() - since);
                        case "end" -> {
                            long used = used() - begun;
                            double rest = idle * (System.nanoTime() - since);
                            System.out.printf(
                                    "%d observers: %.1f us of processors per edit and observer, %.1f without what"
                                            + " idleness takes%n",
                                    observers, used / 1e3 / EDITS / observers, (used - rest) / 1e3 / EDITS / observers);
                        }
                        default -> System.out.println(line);
                    }
                }
            }
        }
        System.exit(0);
    }

    /** Nanoseconds that the threads of the program have used; those of compilers and of the collector are none of them. */
    private static long used() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getAllThreadIds())
                .map(threads::getThreadCpuTime)
                .filter(nanos -> nanos > 0)
                .sum();
    }

    /** The other process: one who types and those who watch. */
    private static final class Clients {
        private final int port;
        private final int observers;
        private final AtomicLongArray sent = new AtomicLongArray(WARM + EDITS);
        private final CountDownLatch seen;
        private final List<long[]> delays = new ArrayList<>();

        Clients(int port, int observers) {
            this.port = port;
            this.observers = observers;
            this.seen = new CountDownLatch(observers);
        }

        void run() throws Exception {
            Socket editor = connected();
            for (int i = 0; i < observers; i++) {
                Socket observer = i == 0 ? editor : connected();
                long[] delay = new long[WARM + EDITS];
                delays.add(delay);
                Thread.ofPlatform().start(() -> watch(observer, delay));
            }
            type(editor, 0, WARM);
            Thread.sleep(1_000);
            System.out.println("begin");
            Thread.sleep(4_000);
            System.out.println("rested");
            Thread.sleep(500);
            System.out.println("begin");
            type(editor, WARM, EDITS);
            seen.await();
            System.out.println("end");
            long[] all = delays.stream()
                    .flatMapToLong(delay -> Arrays.stream(delay, WARM, WARM + EDITS))
                    .sorted()
                    .toArray();
            System.out.printf(
                    "ms from edit to client: p50 %.2f, p99 %.2f%n",
                    all[all.length / 2] / 1e6, all[all.length * 99 / 100] / 1e6);
        }

        private Socket connected() throws IOException {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            socket.getOutputStream()
                    .write(("GET /documents/" + DOCUMENT + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                            .getBytes(US_ASCII));
            int lineEnds = 0;
            while (lineEnds < 4) {
                int octet = socket.getInputStream().read();
                lineEnds = octet == '\r' || octet == '\n' ? lineEnds + 1 : 0;
            }
            return socket;
        }

        private void type(Socket editor, int from, int edits) throws Exception {
            for (int clock = from; clock < from + edits; clock++) {
                byte[] frame = YWebSocket.write(new Message.Edit(letter(clock)));
                byte[] octets = new byte[6 + frame.length];
                octets[0] = (byte) 0x82;
                octets[1] = (byte) (0x80 | frame.length); // masked with zeros
                System.arraycopy(frame, 0, octets, 6, frame.length);
                sent.set(clock, System.nanoTime());
                editor.getOutputStream().write(octets);
                Thread.sleep(PAUSE_MILLIS);
            }
        }

        private static Update letter(int clock) {
            long client = 1_000_000_000L;
            ByteWriter writer = new ByteWriter(64);
            writer.integer(1).integer(1).integer(client).integer(clock);
            if (clock == 0) {
                writer.octet(4).integer(1).string("text");
            } else {
                writer.octet(0x84).integer(client).integer(clock - 1);
            }
            return Update.read(writer.string("x").octet(0).toByteArray());
        }

        private void watch(Socket socket, long[] delay) {
            try (DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()))) {
                for (int edit = 0; edit < WARM + EDITS; ) {
                    in.readByte();
                    int length = in.readByte() & 0x7F;
                    byte[] frame = in.readNBytes(length == 126 ? in.readUnsignedShort() : length);
                    if (frame.length > 2 && frame[0] == 0 && frame[1] == 2) {
                        delay[edit] = System.nanoTime() - sent.get(edit);
                        edit++;
                    }
                }
                seen.countDown();
                Thread.sleep(60_000);
            } catch (IOException | InterruptedException ended) {
                System.err.println("a client ended: " + ended);
            }
        }
    }
}
