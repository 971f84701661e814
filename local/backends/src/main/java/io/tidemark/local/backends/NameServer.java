package io.tidemark.local.backends;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A name server on loopback, over UDP, whose names lead where somebody says: for what follows names (RFC 1035). It knows
 * addresses only; a name that was not said does not exist. Thread-safe.
 */
public final class NameServer implements AutoCloseable {
    private static final int HEADER = 12;
    private static final int IPV4 = 1;
    private static final int IPV6 = 28;
    private static final int ANSWER = 0x8180;
    private static final int NO_SUCH_NAME = 3;
    private static final int NAME_OF_QUESTION = 0xC000 | HEADER;

    private record Answers(int ttlSeconds, List<InetAddress> addresses) {}

    private final DatagramSocket socket;
    private final Map<String, Answers> names = new ConcurrentHashMap<>();
    private final AtomicInteger questions = new AtomicInteger();
    private volatile boolean silent;

    public NameServer() {
        try {
            socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        Thread.ofVirtual().name("name-server").start(this::serve);
    }

    /** Where it is: an address and a port. */
    public String address() {
        return socket.getLocalAddress().getHostAddress() + ':' + socket.getLocalPort();
    }

    /** How many questions came. */
    public int questions() {
        return questions.get();
    }

    /** From now on a name leads to these IP addresses; to none of them: it does not exist. */
    public void lead(String name, int ttlSeconds, String... addresses) {
        List<InetAddress> to =
                List.of(addresses).stream().map(NameServer::parsed).toList();
        if (to.isEmpty()) {
            names.remove(name);
        } else {
            names.put(name, new Answers(ttlSeconds, to));
        }
    }

    /** Answers nothing for now, or again. */
    public void silent(boolean silent) {
        this.silent = silent;
    }

    private static InetAddress parsed(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException none) {
            throw new IllegalArgumentException(address, none);
        }
    }

    private void serve() {
        byte[] bytes = new byte[1500];
        while (!socket.isClosed()) {
            try {
                DatagramPacket question = new DatagramPacket(bytes, bytes.length);
                socket.receive(question);
                questions.incrementAndGet();
                if (!silent) {
                    byte[] answer = answer(ByteBuffer.wrap(bytes, 0, question.getLength()));
                    socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    private byte[] answer(ByteBuffer question) {
        short id = question.getShort();
        question.position(HEADER);
        StringBuilder name = new StringBuilder();
        for (int length = question.get(); length > 0; length = question.get()) {
            byte[] label = new byte[length];
            question.get(label);
            name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
        }
        short type = question.getShort();
        question.getShort();
        int end = question.position();
        Answers known = names.get(name.toString().toLowerCase(Locale.ROOT));
        List<InetAddress> found = known == null
                ? List.of()
                : known.addresses.stream()
                        .filter(address -> type == (address.getAddress().length == 4 ? IPV4 : IPV6))
                        .toList();
        ByteBuffer answer = ByteBuffer.allocate(end + found.size() * 28);
        answer.putShort(id).putShort((short) (known == null ? ANSWER | NO_SUCH_NAME : ANSWER));
        answer.putShort((short) 1).putShort((short) found.size()).putInt(0);
        answer.put(question.slice(HEADER, end - HEADER));
        for (InetAddress address : found) {
            byte[] octets = address.getAddress();
            answer.putShort((short) NAME_OF_QUESTION).putShort(type).putShort((short) 1);
            answer.putInt(known == null ? 0 : known.ttlSeconds);
            answer.putShort((short) octets.length).put(octets);
        }
        byte[] octets = new byte[answer.position()];
        answer.flip().get(octets);
        return octets;
    }

    @Override
    public void close() {
        socket.close();
    }
}
