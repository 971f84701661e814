package io.tidemark.invalidation.purges;

import static org.springframework.http.HttpHeaders.AUTHORIZATION;

import io.tidemark.contracts.KeyPromotion;
import io.tidemark.invalidation.keys.KeyPromotions;
import io.tidemark.invalidation.keys.KeyPromotions.Outcome;
import io.tidemark.invalidation.keys.KeySetStatus;
import io.tidemark.invalidation.webhooks.RefusedException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /v1/keys}: the names of the gateways' keys, which are used, and which may be removed. */
@RestController
class KeysController {
    private final KeyPromotions promotions;
    private final Readers readers;

    KeysController(KeyPromotions promotions, Readers readers) {
        this.promotions = promotions;
        this.readers = readers;
    }

    record Keys(List<KeySetStatus> sets) {}

    @GetMapping("/v1/keys")
    Keys keys(@RequestHeader(name = AUTHORIZATION, required = false) @Nullable String authorization) {
        readers.requireOperator(authorization);
        return new Keys(promotions.status());
    }

    /**
     * Brings a key into use that all gateways have.
     *
     * @param without instances that are not waited for
     */
    @PostMapping("/v1/keys/{set}/promote")
    KeyPromotion promote(
            @PathVariable String set,
            @RequestParam String key,
            @RequestParam(required = false) @Nullable String region,
            @RequestParam(required = false) @Nullable List<String> without,
            @RequestHeader(name = AUTHORIZATION, required = false) @Nullable String authorization) {
        readers.requireOperator(authorization);
        return switch (promotions.promote(set, region, key, without == null ? Set.of() : Set.copyOf(without))) {
            case Outcome.Promoted(KeyPromotion promotion) -> promotion;
            case Outcome.NotYet(List<KeySetStatus.Waiting> waiting) ->
                throw new RefusedException(
                        HttpStatus.CONFLICT,
                        "key-not-everywhere",
                        "Not all gateways have this key",
                        waiting.stream()
                                .map(one -> one.instance() + ' ' + one.because())
                                .collect(Collectors.joining("; ")));
            case Outcome.Unknown() ->
                throw new RefusedException(
                        HttpStatus.NOT_FOUND,
                        "no-such-key",
                        "No gateway has this key",
                        "data-keys have a region, keys and subject-keys have none; GET /v1/keys lists them");
            case Outcome.NotSaid() ->
                throw new RefusedException(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "log-unavailable",
                        "The log did not take it in time",
                        "ask again: a promotion that is said twice is one");
        };
    }
}
