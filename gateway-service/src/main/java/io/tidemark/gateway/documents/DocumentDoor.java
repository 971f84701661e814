package io.tidemark.gateway.documents;

import io.tidemark.gateway.documents.regions.RegionalView;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.server.ArrivedRequest;
import io.tidemark.gateway.session.Answers;
import io.tidemark.gateway.session.RefusedException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;

/** {@code /edge/documents/{name}}: what the regions have of a document, and its erasure. */
final class DocumentDoor implements WebHandler {
    static final String PATH = "/edge/documents/";

    private final DocumentAccess access;
    private final Answers answers;
    private final RegionalView view;

    DocumentDoor(DocumentAccess access, Answers answers, RegionalView view) {
        this.access = access;
        this.answers = answers;
        this.view = view;
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
            return access.scope(exchange).then(show(exchange, name));
        }
        if (method.equals(HttpMethod.DELETE)) {
            return access.erases(exchange).then(Mono.defer(() -> erase(exchange, name)));
        }
        exchange.getResponse().getHeaders().set(HttpHeaders.ALLOW, "GET, HEAD, DELETE");
        throw new RefusedException(DocumentProblems.method());
    }

    private Mono<Void> show(ServerWebExchange exchange, DocumentName name) {
        return asked(() -> view.find(name)).flatMap(found -> switch (found) {
            case RegionalView.Found.Document(Map<String, Object> members) -> answers.json(exchange, 200, members);
            case RegionalView.Found.Erased(RegionalView.Receipt receipt) ->
                Mono.error(new RefusedException(DocumentProblems.erased(receipt.members(name))));
            case RegionalView.Found.Nothing _ -> Mono.error(new RefusedException(DocumentProblems.notFound()));
        });
    }

    /** 200 with the receipt: what is gone, where and when; 202 while a region has not said so. */
    private Mono<Void> erase(ServerWebExchange exchange, DocumentName name) {
        return asked(() -> view.erase(name))
                .flatMap(receipt ->
                        answers.json(exchange, receipt.waiting().isEmpty() ? 200 : 202, receipt.members(name)));
    }

    private static <T> Mono<T> asked(Supplier<CompletableFuture<T>> call) {
        return Mono.fromFuture(call)
                .onErrorMap(
                        failure -> !(failure instanceof RefusedException),
                        _ -> new RefusedException(DocumentProblems.unavailable()));
    }
}
