package io.tidemark.originstub.changes;

import io.tidemark.originstub.web.Problem;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class ChangesController {
    private static final int MAX_LIMIT = 1000;

    private final ChangeFeed feed;

    ChangesController(ChangeFeed feed) {
        this.feed = feed;
    }

    @GetMapping("/changes")
    ResponseEntity<ChangeFeed.Page> changes(
            @RequestParam(required = false) @Nullable String since, @RequestParam(defaultValue = "100") int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw Problem.malformed("limit must be between 1 and " + MAX_LIMIT + ": " + limit);
        }
        return ResponseEntity.ok().header("Cache-Control", "no-store").body(feed.since(since, limit));
    }

    @GetMapping("/version")
    ResponseEntity<Map<String, String>> version() {
        String version = feed.head();
        return ResponseEntity.ok()
                .eTag('"' + version + '"')
                .header("Cache-Control", "no-cache")
                .body(Map.of("version", version));
    }
}
