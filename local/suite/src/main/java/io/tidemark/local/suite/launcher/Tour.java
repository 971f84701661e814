package io.tidemark.local.suite.launcher;

import java.util.Locale;

/** What the launcher shows once the suite is ready: where everything is, and five lines to paste into a shell. */
final class Tour {
    private static final String CURLS = """
        Five lines to try (a miss, a hit, a signed purge, its receipt, a write and what becomes of it):

        curl -si http://127.0.0.1:8080/api/products/42
        curl -si http://127.0.0.1:8080/api/products/42
        id=msg_$(date +%s%N) ts=$(date +%s) body='{"targets":[{"tag":"product:42"}]}'; signature=$(printf %s "$id.$ts.$body" | openssl dgst -sha256 -hmac 'tidemark-local-suite-secret!' -binary | base64); answer=$(curl -s http://127.0.0.1:8082/v1/sources/catalog/purges -H "webhook-id: $id" -H "webhook-timestamp: $ts" -H "webhook-signature: v1,$signature" -H 'Content-Type: application/json' -d "$body"); echo "$answer"; purge=$(echo "$answer" | sed 's/.*"id":"\\([^"]*\\)".*/\\1/')
        curl -s http://127.0.0.1:8082/v1/purges/$purge
        answer=$(curl -s http://127.0.0.1:8080/writes -H 'Content-Type: application/json' -d '{"type":"product.update","data":{"id":"42","name":"Tide table"}}'); echo "$answer"; curl -s http://127.0.0.1:8083/v1/writes/$(echo "$answer" | sed 's/.*"writeId":"\\([^"]*\\)".*/\\1/')/events

        And a session (docs/state.md), whose state the gateways of eu keep and those of us pass on:

        curl -i -c /tmp/tidemark-jar -X POST http://127.0.0.1:8080/edge/session
        curl -i -b /tmp/tidemark-jar -X PUT http://127.0.0.1:8081/edge/session/state/cart -H 'Content-Type: application/json' -H 'If-None-Match: *' -d '{"items":["42"]}'
        curl -i -b /tmp/tidemark-jar http://127.0.0.1:8080/edge/session/state/cart

        And a document (docs/documents.md): open this in two windows, go offline in one of them, edit in both, come back; then see what the region has:

        http://127.0.0.1:8080/try/
        curl -i -b /tmp/tidemark-jar http://127.0.0.1:8080/edge/documents/try
        \
        """;
    private static final String TOKENS = """
        Demo tokens of users (Authorization: Bearer …) are JWTs, HS256, with sub and exp, signed with the secret
        SECRET
        secret='SECRET'; b64() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }; head=$(printf '{"alg":"HS256"}' | b64); claims=$(printf '{"sub":"ann","exp":%s}' $(($(date +%s) + 3600)) | b64); token="$head.$claims.$(printf %s "$head.$claims" | openssl dgst -sha256 -hmac "$secret" -binary | b64)"; curl -i -X POST http://127.0.0.1:8080/edge/session -H "Authorization: Bearer $token"

        To erase that user everywhere (docs/state.md): method and path are what is signed; the receipt has each region and store

        id=msg_$(date +%s%N) ts=$(date +%s) path=/v1/subjects/ann; signature=$(printf %s "$id.$ts.DELETE $path" | openssl dgst -sha256 -hmac 'tidemark-local-suite-secret!' -binary | base64); curl -s -X DELETE "http://127.0.0.1:8082$path" -H 'Prefer: wait=10' -H "webhook-id: $id" -H "webhook-timestamp: $ts" -H "webhook-signature: v1,$signature"

        Ctrl-C stops everything.\
        """;

    private Tour() {}

    static String text(SuiteParts parts) {
        var table = new StringBuilder("\n");
        for (Part part : parts.services()) {
            table.append(row(part));
        }
        for (Part part : parts.backends()) {
            table.append(row(part));
        }
        return table + "\n" + CURLS + TOKENS.replace("SECRET", parts.tokenSecret());
    }

    private static String row(Part part) {
        String management =
                part.ports().length > 1 ? "   management http://127.0.0.1:" + part.ports()[1] + "/actuator" : "";
        return String.format(Locale.ROOT, "  %-22s %-24s%s%n", part.name(), part.address(), management)
                .replaceAll(" +\n", "\n");
    }
}
