package io.tidemark.local.suite.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A TCP socket of this machine that listens, as Linux lists it in {@code /proc/net/tcp} and {@code tcp6}. */
record ListeningSocket(InetAddress address, int port) {
    private static final String LISTEN = "0A";

    static List<ListeningSocket> all() throws IOException {
        List<ListeningSocket> sockets = new ArrayList<>();
        for (Path table : List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"))) {
            if (Files.exists(table)) {
                for (String line : Files.readAllLines(table)) {
                    String[] columns = line.strip().split(" +", -1);
                    if (columns[3].equals(LISTEN)) {
                        sockets.add(of(columns[1]));
                    }
                }
            }
        }
        return sockets;
    }

    private static ListeningSocket of(String local) throws IOException {
        String[] parts = local.split(":", -1);
        byte[] address = HexFormat.of().parseHex(parts[0]);
        for (int word = 0; word < address.length; word += 4) { // each of the kernel's words has its bytes reversed
            for (int i = 0; i < 2; i++) {
                byte first = address[word + i];
                address[word + i] = address[word + 3 - i];
                address[word + 3 - i] = first;
            }
        }
        return new ListeningSocket(InetAddress.getByAddress(address), Integer.parseInt(parts[1], 16));
    }

    boolean isLoopback() {
        return address.isLoopbackAddress();
    }
}
