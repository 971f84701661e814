package io.tidemark.originstub.products;

import io.tidemark.commons.requests.RequestId;
import io.tidemark.originstub.effects.IdempotencyKey;
import io.tidemark.originstub.web.JsonBody;
import io.tidemark.originstub.web.Problem;
import io.tidemark.originstub.webhooks.Webhooks;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

@RestController
@RequestMapping("/api/products/{id}")
final class ProductController {
    private static final String CACHE_CONTROL = "max-age=60, stale-while-revalidate=300, stale-if-error=3600";

    private final Catalog catalog;
    private final Webhooks webhooks;
    private final JsonBody bodies;

    ProductController(Catalog catalog, Webhooks webhooks, JsonBody bodies) {
        this.catalog = catalog;
        this.webhooks = webhooks;
        this.bodies = bodies;
    }

    @GetMapping
    ResponseEntity<ObjectNode> get(@PathVariable String id) {
        Product product = catalog.get(checked(id));
        return representation(product)
                .header("Cache-Control", CACHE_CONTROL)
                .header("Cache-Groups", "\"" + tag(id) + "\", \"products\"")
                .body(product.toJson());
    }

    @PutMapping
    ResponseEntity<ObjectNode> put(@PathVariable String id, HttpServletRequest request) throws IOException {
        ObjectNode change = bodies.read(request);
        Catalog.Receipt receipt = catalog.change(checked(id), change, IdempotencyKey.of(request));
        var response = representation(receipt.product());
        if (receipt.replayed()) {
            response.header(IdempotencyKey.REPLAYED_HEADER, "true");
        }
        // for a repeated request too: it may have come again because the stub died before it could send the first one
        webhooks.send(tag(id), (String) request.getAttribute(RequestId.MDC_KEY), request.getHeader("traceparent"));
        return response.header("Cache-Control", "no-store")
                .body(receipt.product().toJson());
    }

    private static ResponseEntity.BodyBuilder representation(Product product) {
        return ResponseEntity.ok()
                .eTag(product.etag())
                .lastModified(product.updatedAt())
                .header("X-Data-Version", Long.toString(product.version()));
    }

    private static String checked(String id) {
        if (!Product.isId(id)) {
            throw Problem.malformed("a product's id has 1 to 128 of A-Z a-z 0-9 . _ ~ -");
        }
        return id;
    }

    private static String tag(String id) {
        return "product:" + id;
    }
}
