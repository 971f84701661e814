package io.tidemark.gateway.session;

import io.tidemark.state.token.SessionToken;
import io.tidemark.state.token.SessionTokens;
import io.tidemark.state.token.TokenFault;
import io.tidemark.state.token.TokenVerdict;
import java.time.InstantSource;
import org.springframework.http.server.reactive.ServerHttpRequest;

/** What a request shows to have its session, judged without asking for anything. */
public sealed interface Presented {
    record Nothing() implements Presented {}

    record Bad(TokenFault fault) implements Presented {}

    /**
     * A token that counts.
     *
     * @param text as it came
     */
    record Good(SessionToken token, String text) implements Presented {}

    /** Judges them. Thread-safe. */
    record Judge(SessionCookie cookie, SessionTokens tokens, InstantSource clock) {
        public Presented of(ServerHttpRequest request) {
            String text = cookie.of(request);
            if (text == null) {
                return new Nothing();
            }
            return switch (tokens.verify(text, clock.instant())) {
                case TokenVerdict.Valid(SessionToken token) -> new Good(token, text);
                case TokenVerdict.Invalid(TokenFault fault) -> new Bad(fault);
            };
        }
    }
}
