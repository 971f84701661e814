package io.tidemark.gateway.session;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.http.EdgeFields;
import io.tidemark.state.session.Entry;
import io.tidemark.state.session.Precondition;
import io.tidemark.state.session.SessionOutcome;
import io.tidemark.state.session.Sessions;
import io.tidemark.state.token.SessionToken;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** {@code /edge/session/state/<name>}: the entries of a session, each with its version as its strong ETag. */
final class EntryDoor {
    static final String PATH = SessionHandler.ROOT + "/state/";

    private static final int LONGEST_NAME = 64;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._~-]{1," + LONGEST_NAME + "}");

    private final Sessions sessions;
    private final int mostEntries;
    private final Contents contents;
    private final Answers answers;
    private final Counter stale;

    EntryDoor(Sessions sessions, int mostEntries, Contents contents, Answers answers, MeterRegistry metrics) {
        this.stale = Counter.builder("tidemark.sessions.stale")
                .description("Entries that were shown as they were read lately, for the region's Redis did not answer")
                .register(metrics);
        this.sessions = sessions;
        this.mostEntries = mostEntries;
        this.contents = contents;
        this.answers = answers;
    }

    /** Whether a target is that of an entry, written as plainly as can be. */
    static boolean isEntry(String target) {
        if (!target.startsWith(PATH)
                || target.length() == PATH.length()
                || target.length() > PATH.length() + LONGEST_NAME) {
            return false;
        }
        for (int at = PATH.length(); at < target.length(); at++) {
            if (!SessionCookie.isOfToken(target.charAt(at))) {
                return false;
            }
        }
        return true;
    }

    Mono<Void> answer(ServerWebExchange exchange, SessionToken token, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new RefusedException(SessionProblems.noSuchName(LONGEST_NAME));
        }
        HttpMethod method = exchange.getRequest().getMethod();
        if (method.equals(HttpMethod.PUT)) {
            Precondition precondition = precondition(exchange);
            return contents.with(exchange, content -> {
                byte[] json = Contents.requireJson(exchange.getRequest(), content);
                return Asked.of(() -> sessions.write(token.session(), name, json, precondition))
                        .flatMap(outcome -> answer(exchange, outcome));
            });
        }
        if (method.equals(HttpMethod.DELETE)) {
            Precondition precondition = precondition(exchange);
            return Asked.of(() -> sessions.delete(token.session(), name, precondition))
                    .flatMap(outcome -> answer(exchange, outcome));
        }
        return Asked.of(() -> sessions.readOrRecent(token.session(), name))
                .flatMap(outcome -> answer(exchange, outcome));
    }

    private static Precondition precondition(ServerWebExchange exchange) {
        return switch (Preconditions.ofWrite(
                Answers.lines(exchange, HttpHeaders.IF_MATCH), Answers.lines(exchange, HttpHeaders.IF_NONE_MATCH))) {
            case Preconditions.Said(Precondition precondition) -> precondition;
            case Preconditions.Missing() -> throw new RefusedException(SessionProblems.preconditionRequired());
            case Preconditions.Malformed() -> throw new RefusedException(SessionProblems.preconditionMalformed());
        };
    }

    private Mono<Void> answer(ServerWebExchange exchange, SessionOutcome outcome) {
        return switch (outcome) {
            case SessionOutcome.EntryFound(Entry entry) -> show(exchange, entry);
            case SessionOutcome.RecentEntry(Entry entry) -> {
                stale.increment();
                exchange.getResponse().getHeaders().set(EdgeFields.STALENESS, "unverified");
                yield show(exchange, entry);
            }
            case SessionOutcome.Written(String version, boolean isNew) -> {
                tag(exchange, version);
                yield answers.empty(exchange, isNew ? 201 : 204);
            }
            case SessionOutcome.Deleted() -> answers.empty(exchange, 204);
            case SessionOutcome.NoEntry() -> throw new RefusedException(SessionProblems.noEntry());
            case SessionOutcome.NotAsExpected(String current) ->
                throw new RefusedException(SessionProblems.preconditionFailed(current), current);
            case SessionOutcome.Full() -> throw new RefusedException(SessionProblems.tooMany(mostEntries));
            case SessionOutcome.Gone _, SessionOutcome.Found _, SessionOutcome.Ended _ ->
                throw SessionDoor.gone(outcome);
        };
    }

    private Mono<Void> show(ServerWebExchange exchange, Entry entry) {
        tag(exchange, entry.version());
        return Preconditions.has(Answers.lines(exchange, HttpHeaders.IF_NONE_MATCH), entry.version())
                ? answers.empty(exchange, 304)
                : answers.json(exchange, 200, entry.json());
    }

    private static void tag(ServerWebExchange exchange, String version) {
        exchange.getResponse().getHeaders().set(HttpHeaders.ETAG, Answers.etag(version));
    }
}
