package io.tidemark.local.suite.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One command to a Redis of this machine, in its own protocol. */
public final class RedisCommand {
    private static final int TIMEOUT_MS = 5000;

    private RedisCommand() {}

    /** The first line of the answer, such as {@code :42} or {@code +OK}. */
    public static String send(int port, String... words) throws IOException {
        var command = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            command.append('$')
                    .append(word.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n")
                    .append(word)
                    .append("\r\n");
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.getOutputStream().write(command.toString().getBytes(StandardCharsets.UTF_8));
            var answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String line = answer.readLine();
            if (line == null || line.startsWith("-")) {
                throw new IOException("Redis at port " + port + " answered " + line);
            }
            return line;
        }
    }
}
