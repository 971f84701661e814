package io.tidemark.local.backends;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Ports of 127.0.0.1. */
public final class Ports {
    private static final int CONNECT_TIMEOUT_MS = 500;

    /**
     * Below the ports that systems give out by themselves (Linux from 32768 on, others from 49152 on): else a connection that
     * anybody opens might take a port between its choice and its use. And below those that the suites have always.
     */
    private static final int FIRST = 20_000;

    private static final int COUNT = 6_000;

    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private Ports() {}

    /**
     * A port that nobody listens on now, another one at each call. Another process may take it before the caller does, if it
     * asks for this very port.
     */
    public static int free() {
        for (int tried = 0; tried < COUNT; tried++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            if (!isTaken(port)) {
                return port;
            }
        }
        throw new BackendFailedException("no free port on 127.0.0.1 from " + FIRST + " on, of " + COUNT);
    }

    /** Whether somebody listens on the port, on 127.0.0.1 or on all addresses. */
    public static boolean isTaken(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return false;
        } catch (IOException taken) {
            return true;
        }
    }

    /** Whether a connection can be made to the port of 127.0.0.1. */
    public static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_TIMEOUT_MS);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Sends a line and says whether the answer begins with what is expected. */
    static boolean answers(int port, String line, String expected) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_TIMEOUT_MS);
            socket.setSoTimeout(CONNECT_TIMEOUT_MS);
            socket.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(expected.length());
            return new String(answer, StandardCharsets.US_ASCII).equals(expected);
        } catch (IOException notYet) {
            return false;
        }
    }
}
