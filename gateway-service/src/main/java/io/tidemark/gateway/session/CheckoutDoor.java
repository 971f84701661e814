package io.tidemark.gateway.session;

import io.tidemark.commons.json.StrictJson;
import io.tidemark.contracts.Position;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.server.RequestIdWebFilter;
import io.tidemark.state.checkout.Checkout;
import io.tidemark.state.checkout.Checkout.Decision;
import io.tidemark.state.checkout.CheckoutSteps;
import io.tidemark.state.checkout.Checkouts;
import io.tidemark.state.checkout.Checkouts.Outcome;
import io.tidemark.state.session.Precondition;
import io.tidemark.state.session.SessionOutcome;
import io.tidemark.state.token.SessionToken;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * {@code /edge/session/checkouts}: begins one; {@code …/<id>} shows it, {@code …/<id>/steps/<step>} does a step. Its last step
 * locks it before its order is handed over under its id. So whatever ends in between: confirmed again, the same order goes under
 * the same id.
 */
final class CheckoutDoor {
    static final String PATH = SessionHandler.ROOT + "/checkouts";

    private final CheckoutSteps steps;
    private final Checkouts checkouts;
    private final SessionDoor door;
    private final Contents contents;
    private final Answers answers;
    private final Orders orders;
    private final PurgeView purges;
    private final boolean mayQueue;

    /** @param mayQueue whether orders of this region's sessions may lie where the write queue is */
    CheckoutDoor(
            CheckoutSteps steps,
            Checkouts checkouts,
            SessionDoor door,
            Contents contents,
            Answers answers,
            Orders orders,
            PurgeView purges,
            boolean mayQueue) {
        this.mayQueue = mayQueue;
        this.purges = purges;
        this.steps = steps;
        this.checkouts = checkouts;
        this.door = door;
        this.contents = contents;
        this.answers = answers;
        this.orders = orders;
    }

    /** The methods of a path. */
    static String allowed(String path) {
        return path.equals(PATH) || path.contains("/steps/") ? "POST" : "GET, HEAD";
    }

    /**
     * Answers a request.
     *
     * @param rest of the path, behind {@link #PATH}
     */
    Mono<Void> answer(ServerWebExchange exchange, SessionToken token, String rest) {
        if (rest.isEmpty()) {
            return Asked.of(() -> checkouts.begin(token.session())).flatMap(begun -> {
                Outcome.Is is = is(begun);
                exchange.getResponse()
                        .getHeaders()
                        .setLocation(URI.create(PATH + '/' + is.checkout().id()));
                return show(exchange, HttpStatus.CREATED, is);
            });
        }
        String[] parts = rest.split("/", -1);
        boolean isStep = exchange.getRequest().getMethod().equals(HttpMethod.POST);
        boolean isOne = parts.length == 2 && !isStep;
        if (!isOne && !(parts.length == 4 && parts[2].equals("steps") && steps.has(parts[3]))) {
            throw new RefusedException(SessionProblems.noCheckout());
        }
        String id = parts[1];
        if (isOne) {
            return change(token, id, null, _ -> new Decision.Unchanged())
                    .flatMap(is -> show(exchange, HttpStatus.OK, is));
        }
        String expected = expected(exchange);
        return contents.with(
                exchange,
                content -> parts[3].equals(CheckoutSteps.CONFIRM)
                        ? confirm(exchange, token, id, expected)
                        : step(exchange, token, id, expected, parts[3], content));
    }

    private Mono<Void> step(
            ServerWebExchange exchange,
            SessionToken token,
            String id,
            @Nullable String expected,
            String step,
            byte[] content) {
        JsonNode given = StrictJson.read(Contents.requireJson(exchange.getRequest(), content));
        var violations = steps.violationsOf(step, given);
        return change(token, id, expected, step, now -> {
                    Decision decision = now.with(step, given, steps);
                    if (decision instanceof Decision.Changed && !violations.isEmpty()) {
                        throw new RefusedException(SessionProblems.invalidStep(violations));
                    }
                    return decision;
                })
                .flatMap(is -> show(exchange, HttpStatus.OK, is));
    }

    private Mono<Void> confirm(ServerWebExchange exchange, SessionToken token, String id, @Nullable String expected) {
        if (!mayQueue) {
            throw new RefusedException(SessionProblems.orderWouldLeave());
        }
        Position before = purges.positionAtSend(); // of an erasure after this the order is known to be from before it
        return door.find(token).flatMap(session -> {
            String client = Objects.requireNonNull(new Caller(session.id(), session.user()).client());
            return change(token, id, expected, CheckoutSteps.CONFIRM, now -> now.locked(steps))
                    .flatMap(locked -> locked.checkout().location() != null
                            ? accepted(exchange, locked)
                            : orders.hand(
                                            locked.checkout().order(client),
                                            locked.checkout().id(),
                                            client,
                                            before,
                                            RequestIdWebFilter.of(exchange))
                                    .flatMap(handed -> handed(exchange, token, locked, handed)));
        });
    }

    private Mono<Void> handed(ServerWebExchange exchange, SessionToken token, Outcome.Is locked, Orders.Handed handed) {
        Checkout checkout = locked.checkout();
        Checkout ended = switch (handed) {
            case Orders.Handed.Accepted(String location) -> checkout.confirmed(location);
            case Orders.Handed.Refused _ -> checkout.reopened();
        };
        // Where this fails the order is there all the same, and confirming again finds it.
        return change(
                        token,
                        checkout.id(),
                        null,
                        now -> now.stage() == Checkout.Stage.LOCKED
                                ? new Decision.Changed(ended)
                                : new Decision.Unchanged())
                .onErrorResume(RefusedException.class, _ -> Mono.just(new Outcome.Is(ended, locked.version())))
                .flatMap(is -> switch (handed) {
                    case Orders.Handed.Accepted(String location) ->
                        accepted(exchange, new Outcome.Is(checkout.confirmed(location), is.version()));
                    case Orders.Handed.Refused(int status) ->
                        Mono.error(new RefusedException(SessionProblems.orderRefused(status)));
                });
    }

    private Mono<Void> accepted(ServerWebExchange exchange, Outcome.Is is) {
        exchange.getResponse()
                .getHeaders()
                .set(HttpHeaders.LOCATION, Objects.requireNonNull(is.checkout().location()));
        return show(exchange, HttpStatus.ACCEPTED, is);
    }

    private Mono<Void> show(ServerWebExchange exchange, HttpStatus status, Outcome.Is is) {
        exchange.getResponse().getHeaders().set(HttpHeaders.ETAG, Answers.etag(is.version()));
        return answers.json(exchange, status.value(), is.checkout().toJson(steps));
    }

    private Mono<Outcome.Is> change(
            SessionToken token, String id, @Nullable String expected, Function<Checkout, Decision> decide) {
        return change(token, id, expected, "", decide);
    }

    private Mono<Outcome.Is> change(
            SessionToken token,
            String id,
            @Nullable String expected,
            String step,
            Function<Checkout, Decision> decide) {
        return Asked.of(() -> checkouts.change(token.session(), id, expected, decide))
                .map(outcome -> switch (outcome) {
                    case Outcome.Is is -> is;
                    case Outcome.OutOfOrder(String next) ->
                        throw new RefusedException(SessionProblems.outOfOrder(step, next));
                    case Outcome.Not(SessionOutcome why) -> throw refusal(why, expected);
                });
    }

    private static Outcome.Is is(Outcome outcome) {
        if (outcome instanceof Outcome.Is is) {
            return is;
        }
        throw outcome instanceof Outcome.Not(SessionOutcome why)
                ? refusal(why, null)
                : new RefusedException(SessionProblems.unavailable());
    }

    private static RefusedException refusal(SessionOutcome why, @Nullable String expected) {
        return switch (why) {
            case SessionOutcome.NoEntry() -> new RefusedException(SessionProblems.noCheckout());
            case SessionOutcome.NotAsExpected(String current) ->
                new RefusedException(
                        expected == null
                                ? SessionProblems.changedMeanwhile()
                                : SessionProblems.preconditionFailed(current),
                        current);
            case SessionOutcome.Full() -> new RefusedException(SessionProblems.fullOfCheckouts());
            default -> SessionDoor.gone(why);
        };
    }

    /** The version that the checkout must have, null for any. */
    private static @Nullable String expected(ServerWebExchange exchange) {
        List<String> ifMatch = Answers.lines(exchange, HttpHeaders.IF_MATCH);
        return switch (Preconditions.ofWrite(ifMatch, List.of())) {
            case Preconditions.Missing() -> null;
            case Preconditions.Malformed() -> throw new RefusedException(SessionProblems.preconditionMalformed());
            case Preconditions.Said(Precondition precondition) ->
                precondition.anyOf().isEmpty() ? null : precondition.anyOf().getFirst();
        };
    }
}
