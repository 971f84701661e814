package io.tidemark.local.backends;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One command to a Redis of this machine, in its own protocol. */
public final class RedisCommand {
    private static final int TIMEOUT_MS = 5000;

    private RedisCommand() {}

    /** The first line of the answer, such as {@code :42} or {@code +OK}. */
    public static String send(int port, String... words) throws IOException {
        try (Socket socket = sent(port, words)) {
            return line(port, socket.getInputStream());
        }
    }

    /** The texts of the answer: of a text itself, of a list all that it holds. */
    public static List<String> texts(int port, String... words) throws IOException {
        try (Socket socket = sent(port, words)) {
            List<String> texts = new ArrayList<>();
            read(port, new BufferedInputStream(socket.getInputStream()), texts);
            return texts;
        }
    }

    private static Socket sent(int port, String... words) throws IOException {
        var command = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            command.append('$')
                    .append(word.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n")
                    .append(word)
                    .append("\r\n");
        }
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        try {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.getOutputStream().write(command.toString().getBytes(StandardCharsets.UTF_8));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static void read(int port, InputStream in, List<String> texts) throws IOException {
        String first = line(port, in);
        int number = first.startsWith("$") || first.startsWith("*") ? Integer.parseInt(first.substring(1)) : -1;
        if (first.startsWith("*")) {
            for (int i = 0; i < number; i++) {
                read(port, in, texts);
            }
        } else if (number >= 0) {
            texts.add(new String(in.readNBytes(number), StandardCharsets.UTF_8));
            in.skipNBytes(2);
        } else if (!first.startsWith("$")) {
            texts.add(first.substring(1));
        }
    }

    private static String line(int port, InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new IOException("Redis at port " + port + " answered nothing");
            }
            if (octet != '\r') {
                line.write(octet);
            }
        }
        String text = line.toString(StandardCharsets.UTF_8);
        if (text.startsWith("-")) {
            throw new IOException("Redis at port " + port + " answered " + text);
        }
        return text;
    }
}
