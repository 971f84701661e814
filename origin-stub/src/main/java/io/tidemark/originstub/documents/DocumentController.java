package io.tidemark.originstub.documents;

import io.tidemark.originstub.effects.IdempotencyKey;
import io.tidemark.originstub.web.JsonBody;
import io.tidemark.originstub.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Takes what the edge says of documents that are edited there, each change once, and shows it as it came. */
@RestController
@RequestMapping("/api/documents")
final class DocumentController {
    private static final int MOST = 1_000;

    private final Map<String, Map<String, ObjectNode>> changes = new ConcurrentHashMap<>();
    private final JsonBody bodies;

    DocumentController(JsonBody bodies) {
        this.bodies = bodies;
    }

    @PostMapping("/{document}")
    ResponseEntity<Void> take(@PathVariable String document, HttpServletRequest request) throws IOException {
        ObjectNode data = bodies.read(request);
        JsonNode update = data.get("update");
        if (update == null || !update.isString()) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_CONTENT, "invalid-change", "Invalid change", "update is missing");
        }
        String key = Objects.requireNonNullElse(IdempotencyKey.of(request), update.asString());
        Map<String, ObjectNode> known = changes.computeIfAbsent(document, _ -> new LinkedHashMap<>());
        synchronized (known) {
            if (known.size() < MOST || known.containsKey(key)) {
                known.putIfAbsent(key, data);
            }
        }
        return ResponseEntity.noContent().build();
    }

    @DeleteMapping("/{document}")
    ResponseEntity<Void> erase(@PathVariable String document) {
        changes.remove(document);
        return ResponseEntity.noContent().build();
    }

    @GetMapping("/{document}")
    ResponseEntity<ObjectNode> get(@PathVariable String document) {
        Map<String, ObjectNode> known = changes.get(document);
        if (known == null) {
            throw new Problem(
                    HttpStatus.NOT_FOUND, "unknown-document", "Unknown document", "nothing was said of " + document);
        }
        ObjectNode shown = JsonMapper.shared().createObjectNode().put("document", document);
        synchronized (known) {
            shown.putArray("changes").addAll(known.values());
        }
        return ResponseEntity.ok().header("Cache-Control", "no-store").body(shown);
    }
}
