package io.tidemark.originstub.products;

import io.tidemark.originstub.web.Problem;
import java.time.InstantSource;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What must never be stored: another answer each time. */
@RestController
final class InventoryController {
    private final InstantSource clock;

    InventoryController(InstantSource clock) {
        this.clock = clock;
    }

    @GetMapping("/api/inventory/{id}")
    ResponseEntity<Map<String, Object>> get(@PathVariable String id) {
        if (!Product.isId(id)) {
            throw Problem.malformed("a product's id has 1 to 128 of A-Z a-z 0-9 . _ ~ -");
        }
        long now = clock.instant().toEpochMilli();
        return ResponseEntity.ok()
                .header("Cache-Control", "no-store")
                .body(Map.of(
                        "id",
                        id,
                        "available",
                        now % 100,
                        "asOf",
                        clock.instant().toString()));
    }
}
