package io.tidemark.originstub.me;

import io.tidemark.originstub.web.Problem;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** A page of the user whom the gateway names: for nobody else, and for a short time. */
@RestController
final class MeController {
    @GetMapping({"/api/me", "/api/me/**"})
    ResponseEntity<Map<String, String>> get(
            @RequestHeader(name = "X-Edge-User", required = false) @Nullable String user) {
        if (user == null) {
            throw new Problem(
                    HttpStatus.UNAUTHORIZED,
                    "user-required",
                    "A user is required",
                    "the gateway names none in X-Edge-User");
        }
        return ResponseEntity.ok()
                .header("Cache-Control", "private, max-age=30")
                .body(Map.of("user", user));
    }
}
