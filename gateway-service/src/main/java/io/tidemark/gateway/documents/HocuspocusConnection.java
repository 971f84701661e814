package io.tidemark.gateway.documents;

import io.tidemark.documents.dialect.Hocuspocus;
import io.tidemark.documents.lib0.MalformedException;
import io.tidemark.gateway.documents.rooms.Goodbye;
import io.tidemark.gateway.documents.rooms.Rooms;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * A client's connection to many documents, in the dialect of Hocuspocus. Each has its own lane, and what is final about one of them
 * is said of that one; what is for a while ends the connection, as clients come back after nothing else.
 */
final class HocuspocusConnection {
    /** Frames that are being answered; those of one document one after another. */
    private static final int AT_ONCE = 8;

    private final ClientSocket socket;
    private final Rooms rooms;
    private final DocumentAccess access;
    private final ServerWebExchange exchange;
    private final Map<Hocuspocus.Key, HocuspocusLane> lanes = new ConcurrentHashMap<>();
    private volatile boolean knowsPings;
    private volatile boolean alone;

    /** @param exchange that the connection began with: its session counts for documents without a token of their own */
    HocuspocusConnection(ClientSocket socket, Rooms rooms, DocumentAccess access, ServerWebExchange exchange) {
        this.socket = socket;
        this.rooms = rooms;
        this.access = access;
        this.exchange = exchange;
    }

    /** Until the connection ends. */
    Mono<Void> attend() {
        return socket.attend(this::answer, AT_ONCE, this::tick)
                .doFinally(_ -> lanes.values().forEach(HocuspocusLane::end));
    }

    /** Browsers do not tell pages of a WebSocket's own pings. */
    private void tick() {
        boolean idle = lanes.values().stream().noneMatch(HocuspocusLane::isOpen);
        if (idle && alone) {
            socket.close(Goodbye.SILENT);
        } else if (knowsPings) {
            socket.send(Hocuspocus.ping());
        }
        alone = idle;
    }

    private Mono<Void> answer(byte[] octets) {
        Hocuspocus.Frame frame;
        try {
            frame = Hocuspocus.read(octets, rooms.services().limits().awareness());
        } catch (MalformedException malformed) {
            socket.close(Goodbye.MALFORMED);
            return Mono.empty();
        }
        return switch (frame) {
            case Hocuspocus.Frame.Of(Hocuspocus.Key key, Hocuspocus.Said said) -> answer(key, said);
            case Hocuspocus.Frame.Ping _ -> {
                socket.send(Hocuspocus.pong());
                yield Mono.empty();
            }
            case Hocuspocus.Frame.Pong _ -> Mono.empty();
        };
    }

    private Mono<Void> answer(Hocuspocus.Key key, Hocuspocus.Said said) {
        if (said instanceof Hocuspocus.Said.Token(String _, boolean knows)) {
            knowsPings |= knows;
        }
        HocuspocusLane lane = lanes.get(key);
        if (said instanceof Hocuspocus.Said.Leave) {
            lanes.remove(key);
            if (lane != null) {
                lane.end();
            }
            return Mono.empty();
        }
        if (lane == null) {
            if (lanes.size() >= rooms.services().limits().documents()) {
                socket.send(Hocuspocus.head(key), Hocuspocus.denied("too many documents on one connection"), null);
                return Mono.empty();
            }
            lane = new HocuspocusLane(key, socket, rooms, access, exchange);
            lanes.put(key, lane);
        }
        return lane.answer(said);
    }
}
