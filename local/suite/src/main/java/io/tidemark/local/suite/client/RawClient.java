package io.tidemark.local.suite.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A client that sends octets as they are, from an address of its own (127.0.0.2), by which limits for each client tell it
 * from others on this machine. Where that address cannot be used it is 127.0.0.1.
 */
public final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = (int) Duration.ofSeconds(20).toMillis();
    private static final InetAddress SERVER = InetAddress.getLoopbackAddress();

    private final Socket socket;

    public RawClient(int port) throws IOException {
        socket = connected(port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
    }

    private static Socket connected(int port) throws IOException {
        Socket from = new Socket();
        try {
            from.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), 0));
        } catch (IOException onlyOneAddressHere) {
            from.close();
            from = new Socket();
        }
        try {
            from.connect(new InetSocketAddress(SERVER, port), TIMEOUT_MILLIS);
            return from;
        } catch (IOException e) {
            from.close();
            throw e;
        }
    }

    /** Sends the text, in ISO 8859-1; {@code |} stands for CRLF. */
    public RawClient send(String text) throws IOException {
        return send(text.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawClient send(byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
        return this;
    }

    /** The status of the next answer; {@code closed} if the connection ends before one, {@code silent} if none comes. */
    public String status() throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder line = new StringBuilder();
        try {
            for (int octet = in.read(); octet != '\n'; octet = in.read()) {
                if (octet < 0) {
                    return "closed";
                }
                line.append((char) octet);
            }
        } catch (SocketTimeoutException none) {
            return "silent";
        }
        String[] words = line.toString().split(" ", 3);
        return words.length > 1 ? words[1] : "no status";
    }

    /** The same for what has come already. */
    public String statusNow() throws IOException {
        socket.setSoTimeout(1);
        return status();
    }

    /** All that comes until the connection ends, or nothing more comes for the time. */
    public String rest(Duration silence) throws IOException {
        StringBuilder all = new StringBuilder();
        byte[] piece = new byte[8192];
        try {
            for (int read = socket.getInputStream().read(piece); read >= 0; ) {
                all.append(new String(piece, 0, read, StandardCharsets.ISO_8859_1));
                socket.setSoTimeout((int) silence.toMillis());
                read = socket.getInputStream().read(piece);
            }
        } catch (SocketTimeoutException silent) {
            // nothing more
        }
        return all.toString();
    }

    /** Reads up to so many octets at so many a second; how many there were. */
    public long read(long octets, long perSecond) throws IOException, InterruptedException {
        byte[] piece = new byte[64 * 1024];
        long begin = System.nanoTime();
        long done = 0;
        while (done < octets) {
            int read = socket.getInputStream().read(piece);
            if (read < 0) {
                break;
            }
            done += read;
            long ahead = done * 1_000_000_000L / perSecond - (System.nanoTime() - begin);
            if (ahead > 1_000_000) {
                Thread.sleep(Duration.ofNanos(ahead));
            }
        }
        return done;
    }

    /** From now on it leaves without a word: by a reset. */
    public void leavesByReset() throws IOException {
        socket.setSoLinger(true, 0);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
