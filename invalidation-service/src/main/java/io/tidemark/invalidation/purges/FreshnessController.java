package io.tidemark.invalidation.purges;

import static org.springframework.http.HttpHeaders.AUTHORIZATION;

import io.tidemark.invalidation.freshness.Freshness;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /v1/freshness}: how soon changes show, and whether anything was served after its purge. */
@RestController
class FreshnessController {
    private final Freshness freshness;
    private final Readers readers;

    FreshnessController(Freshness freshness, Readers readers) {
        this.freshness = freshness;
        this.readers = readers;
    }

    @GetMapping("/v1/freshness")
    Freshness.Report freshness(@RequestHeader(name = AUTHORIZATION, required = false) @Nullable String authorization) {
        readers.requireOperator(authorization);
        return freshness.report();
    }
}
