package io.tidemark.gateway.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.contracts.Position;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginFailure;
import io.tidemark.gateway.origin.OriginRequest;
import io.tidemark.gateway.origin.OriginTimeouts;
import io.tidemark.gateway.origin.Origins;
import java.net.URI;
import java.time.Duration;
import org.springframework.http.HttpStatus;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Hands orders to the write queue, each under an idempotency key, so that one that is handed over again is the same. */
final class Orders {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String OF_QUEUE = "/v1/writes";

    private final URI writes;
    private final String type;
    private final OriginTimeouts timeouts;
    private final Origins origins;
    private final String via;

    /** What became of an order. */
    sealed interface Handed {
        /** It is stored and will be delivered; what becomes of it is there. */
        record Accepted(String location) implements Handed {}

        /** It never will be: the same would be refused again. */
        record Refused(int status) implements Handed {}
    }

    /**
     * @param writes where the write queue is
     * @param type of the write that an order is
     * @param via this gateway's name
     */
    Orders(URI writes, String type, Duration timeout, Origins origins, String via) {
        this.writes = writes;
        this.type = type;
        this.timeouts = new OriginTimeouts(timeout, timeout, timeout.multipliedBy(2));
        this.origins = origins;
        this.via = via;
    }

    /**
     * Hands one over. Fails with {@link RefusedException} where it is not known whether it was taken.
     *
     * @param client whose it is, as the write queue tells clients apart
     * @param before the watermark before the client's session was looked for
     */
    Mono<Handed> hand(ObjectNode order, String key, String client, Position before, String requestId) {
        ObjectNode write = JSON.createObjectNode().put("type", type);
        write.set("data", order);
        byte[] body = JSON.writeValueAsBytes(write);
        Mono<ByteBuf> content = Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body));
        Headers fields = Headers.builder()
                .add("Host", writes.getRawAuthority())
                .add("Content-Type", "application/json")
                .add("Content-Length", Integer.toString(body.length))
                .add("Idempotency-Key", key)
                .add(EdgeSessionGatewayFilterFactory.CLIENT, client)
                .add(EdgeSessionGatewayFilterFactory.POSITION, before.toString())
                .add(RequestId.HEADER, requestId)
                .add("Via", "1.1 " + via)
                .build();
        return origins.call(new OriginRequest("POST", writes.resolve(OF_QUEUE), fields, content, timeouts, null))
                .flatMap(answer ->
                        answer.body().doOnNext(ByteBuf::release).then(Mono.fromSupplier(() -> handed(answer))))
                .onErrorMap(OriginFailure.class, _ -> new RefusedException(SessionProblems.queueAway()));
    }

    private static Handed handed(OriginAnswer answer) {
        String location = answer.headers().first("Location");
        if (answer.status() == HttpStatus.ACCEPTED.value() && location != null) {
            // as the route to the write queue names it
            return new Handed.Accepted(location.startsWith(OF_QUEUE) ? location.substring("/v1".length()) : location);
        }
        return switch (answer.status()) {
            case 400, 410, 413, 415, 422 -> new Handed.Refused(answer.status());
            default -> throw new RefusedException(SessionProblems.queueAway());
        };
    }
}
