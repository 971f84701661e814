package io.tidemark.gateway.overload;

import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The contents of requests as bytes, for as long as somebody does something with them, against the budget of what is held for
 * clients. Thread-safe.
 */
public final class HeldContents {
    /** As bytes, as what is read of them, as what is made of that. */
    private static final int COPIES = 4;

    private final HeldBytes held;
    private final int most;
    private final Supplier<? extends Throwable> tooLong;
    private final Supplier<? extends Throwable> overloaded;

    /**
     * One for a kind of requests.
     *
     * @param most bytes of a content
     * @param tooLong what a longer one fails with
     * @param overloaded what one fails with that there is no room for
     */
    public HeldContents(
            HeldBytes held, int most, Supplier<? extends Throwable> tooLong, Supplier<? extends Throwable> overloaded) {
        this.held = held;
        this.most = most;
        this.tooLong = tooLong;
        this.overloaded = overloaded;
    }

    /** Does something with the content, which is held as long. */
    public Mono<Void> with(ServerHttpRequest request, Function<byte[], Mono<Void>> use) {
        if (request.getHeaders().getContentLength() > most) {
            return Mono.error(tooLong);
        }
        return Mono.using(
                () -> held.account(HeldFor.CONTENTS),
                account -> read(request, account).flatMap(use),
                Account::close);
    }

    private Mono<byte[]> read(ServerHttpRequest request, Account account) {
        Flux<DataBuffer> content = request.getBody().handle((buffer, sink) -> {
            if (account.tryHold((long) COPIES * buffer.readableByteCount())) {
                sink.next(buffer);
            } else {
                DataBufferUtils.release(buffer);
                sink.error(overloaded.get());
            }
        });
        return DataBufferUtils.join(content, most)
                .map(buffer -> {
                    byte[] bytes = new byte[buffer.readableByteCount()];
                    buffer.read(bytes);
                    DataBufferUtils.release(buffer);
                    return bytes;
                })
                .defaultIfEmpty(new byte[0])
                .onErrorMap(DataBufferLimitException.class, _ -> tooLong.get());
    }
}
