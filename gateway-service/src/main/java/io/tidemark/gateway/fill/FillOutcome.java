package io.tidemark.gateway.fill;

import io.tidemark.gateway.cache.CacheDecision.ServeStored;
import io.tidemark.gateway.cache.StoreDecision;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginFailure;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What came of asking the origin, as soon as it is known. */
public sealed interface FillOutcome {
    /**
     * A response that is being stored, and can be read by many while it comes.
     *
     * @param status the origin's: 206 where what is stored is a part of a 200
     * @param forwarded the fields that whoever the origin was asked for gets; the others get those that are stored
     */
    record Streaming(StoreDecision.Store store, int status, Headers forwarded, Body body) implements FillOutcome {}

    /**
     * The stored response stands, with new fields.
     *
     * @param forAsker fields of the origin's answer for whoever the origin was asked for, and for nobody else
     */
    record Freshened(StoredResponse response, int originStatus, Headers forAsker) implements FillOutcome {}

    /** The origin answered with an error, and a stale response may be served instead. */
    record Stale(ServeStored stale, int originStatus) implements FillOutcome {}

    /** A response for one request only. */
    record Uncacheable(Claimable answer, StoreDecision.NoStoreReason reason) implements FillOutcome {}

    /**
     * Another gateway of the region has asked the origin, and what it stored can be looked up.
     *
     * @param mayHaveDied whether it said nothing of the end: if nothing is found, the region may look for another one once
     */
    record Elsewhere(boolean mayHaveDied) implements FillOutcome {}

    /** No response. */
    record Failed(OriginFailure failure) implements FillOutcome {}

    /** A body that can be read from its start by many, as long as it is kept. */
    interface Body {
        /** The body, null once its first bytes are gone. To be subscribed to, once. */
        @Nullable
        Flux<byte[]> read();

        /**
         * Completes when the body is whole, or known to be too long to be stored; fails as the body does if it breaks off
         * before either.
         */
        Mono<Void> settled();
    }

    /** An answer that goes to whoever claims it first. */
    final class Claimable {
        private final OriginAnswer answer;
        private final AtomicBoolean claimed = new AtomicBoolean();

        Claimable(OriginAnswer answer) {
            this.answer = answer;
        }

        /** The answer, null if somebody else has it. Whoever gets it must read its body, or drop it. */
        public @Nullable OriginAnswer claim() {
            return claimed.compareAndSet(false, true) ? answer : null;
        }
    }
}
