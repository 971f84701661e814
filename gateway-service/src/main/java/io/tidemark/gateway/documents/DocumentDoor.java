package io.tidemark.gateway.documents;

import io.tidemark.documents.update.Update;
import io.tidemark.gateway.server.ArrivedRequest;
import io.tidemark.gateway.session.Answers;
import io.tidemark.gateway.session.RefusedException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;

/** {@code /edge/documents/{name}}: what the region has of a document, and its erasure. */
final class DocumentDoor implements WebHandler {
    static final String PATH = "/edge/documents/";

    private final DocumentStore store;
    private final DocumentAccess access;
    private final Answers answers;
    private final String region;
    private final InstantSource clock;

    DocumentDoor(DocumentStore store, DocumentAccess access, Answers answers, String region, InstantSource clock) {
        this.store = store;
        this.access = access;
        this.answers = answers;
        this.region = region;
        this.clock = clock;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        return Mono.defer(() -> dispatch(exchange))
                .onErrorResume(RefusedException.class, refused -> answers.problem(exchange, refused.problem()));
    }

    private Mono<Void> dispatch(ServerWebExchange exchange) {
        String path = ArrivedRequest.of(exchange.getRequest()).target().canonicalPath();
        DocumentName name = DocumentName.of(path.substring(PATH.length()))
                .orElseThrow(() -> new RefusedException(DocumentProblems.name()));
        HttpMethod method = exchange.getRequest().getMethod();
        if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
            return access.edits(exchange).then(show(exchange, name));
        }
        if (method.equals(HttpMethod.DELETE)) {
            return access.erases(exchange).then(Mono.defer(() -> erase(exchange, name)));
        }
        exchange.getResponse().getHeaders().set(HttpHeaders.ALLOW, "GET, HEAD, DELETE");
        throw new RefusedException(DocumentProblems.method());
    }

    private Mono<Void> show(ServerWebExchange exchange, DocumentName name) {
        return asked(() -> store.facts(name)).flatMap(facts -> switch (facts.getFirst()) {
            case "erased" -> Mono.error(new RefusedException(DocumentProblems.erased()));
            case "none" -> Mono.error(new RefusedException(DocumentProblems.notFound()));
            default ->
                asked(() -> store.read(name, 0))
                        .flatMap(read -> read instanceof Stored.Content content
                                ? answers.json(exchange, 200, members(facts, content))
                                : Mono.error(new RefusedException(DocumentProblems.erased())));
        });
    }

    private Map<String, Object> members(List<String> facts, Stored.Content content) {
        List<Update> all = new ArrayList<>(content.edits());
        if (content.snapshot() != null) {
            all.add(content.snapshot());
        }
        Map<String, Long> vector = new LinkedHashMap<>();
        Update.merge(all).vector().clocks().forEach((client, clock) -> vector.put(client.toString(), clock));
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("region", region);
        members.put("vector", vector);
        members.put("edits", Long.parseLong(facts.get(1)));
        members.put("bytes", Long.parseLong(facts.get(2)));
        members.put("tail", Long.parseLong(facts.get(3)));
        members.put("snapshotAt", Long.parseLong(facts.get(4)));
        if (!facts.get(5).isEmpty()) {
            members.put("compacted", facts.get(5));
        }
        return members;
    }

    /** 200, with the receipt: what is gone, where and when. */
    private Mono<Void> erase(ServerWebExchange exchange, DocumentName name) {
        Instant now = clock.instant();
        return asked(() -> store.erase(name, now))
                .flatMap(_ -> answers.json(
                        exchange, 200, Map.of("document", name.value(), "erased", Map.of(region, now.toString()))));
    }

    private static <T> Mono<T> asked(Supplier<CompletableFuture<T>> call) {
        return Mono.fromFuture(call)
                .onErrorMap(
                        failure -> !(failure instanceof RefusedException),
                        _ -> new RefusedException(DocumentProblems.unavailable()));
    }
}
