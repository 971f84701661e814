package io.tidemark.invalidation;

import static io.tidemark.invalidation.LocalService.TAG;
import static io.tidemark.invalidation.Requests.assertProblem;
import static io.tidemark.invalidation.Requests.signed;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What nothing is published for. */
class RefusalsTest {
    private final LocalService service = LocalService.get();

    @Test
    void anUnknownSource() throws Exception {
        assertProblem(refused("nobody", TAG, signed(TAG)), 404, "unknown-source", "nobody");
    }

    @Test
    void anUnsignedRequest() throws Exception {
        assertProblem(refused("catalog", TAG, List.of()), 401, "webhook-unsigned", "webhook-id");
    }

    @Test
    void aWrongSignature() throws Exception {
        assertProblem(
                refused("catalog", TAG.replace("42", "43"), signed(TAG)),
                401,
                "webhook-wrong-signature",
                "webhook-signature");
    }

    @Test
    void anOldAndAFutureTimestamp() throws Exception {
        Instant old = Instant.now().minusSeconds(310);
        assertProblem(refused("catalog", TAG, signed("old", old, TAG)), 401, "webhook-too-old", "webhook-timestamp");
        Instant future = Instant.now().plusSeconds(310);
        assertProblem(
                refused("catalog", TAG, signed("future", future, TAG)),
                401,
                "webhook-from-the-future",
                "webhook-timestamp");
    }

    @Test
    void aBodyThatIsNotJson() throws Exception {
        String list = "\"targets\":[{\"tag\":\"a\"}]";
        for (String bad : new String[] {
            "", "{\"targets\":", "{" + list + "} {" + list + "}", "{" + list + "," + list + "}",
        }) {
            HttpResponse<String> refused = refused("catalog", bad, signed(bad));
            assertProblem(refused, 400, "malformed-json", "pointer");
            assertThat(refused.body()).doesNotContain("Deserialization", "JsonToken");
        }
    }

    @Test
    void aBodyThatIsTooLarge() throws Exception {
        String body = "{\"targets\":[{\"tag\":\"" + "x".repeat(1 << 20) + "\"}]}";
        assertProblem(refused("catalog", body, signed(body)), 413, "body-too-large", "1048576");
    }

    @Test
    void targetsThatAreNone() throws Exception {
        for (String[] bad : new String[][] {
            {"{}", "targets"},
            {"[]", "object"},
            {"{\"targets\":[]}", "targets"},
            {"{\"targets\":[{\"tug\":\"x\"}]}", "tug"},
            {"{\"targets\":[{\"tag\":\"a\"},{\"tag\":7}]}", "/targets/1"},
            {"{\"targets\":[{\"url\":\"no-slash\"}]}", "slash"},
            {"{\"targets\":[{\"all\":false}]}", "true"},
            {"{\"targets\":[{\"host\":\"https://shop.example\"}]}", "scheme"},
            {"{\"targets\":[{\"host\":\"shop.example/a\"}]}", "path"},
            {"{\"targets\":[{\"host\":\"*.shop.example\"}]}", "one host"},
            {"{\"targets\":[{\"tag\":\"a\"}],\"mode\":\"gentle\"}", "mode"},
        }) {
            assertProblem(refused("catalog", bad[0], signed(bad[0])), 400, "invalid-purge-request", bad[1]);
        }
    }

    @Test
    void moreThanAThousandTargets() throws Exception {
        String body = IntStream.range(0, 1001)
                .mapToObj(i -> "{\"tag\":\"t" + i + "\"}")
                .collect(Collectors.joining(",", "{\"targets\":[", "]}"));
        assertProblem(refused("catalog", body, signed(body)), 400, "invalid-purge-request", "1000");
    }

    @Test
    void whatTheSourceMayNotPurge() throws Exception {
        for (String bad : new String[] {
            "{\"tag\":\"user:1\"}",
            "{\"all\":true}",
            "{\"host\":\"other.example\"}",
            "{\"url\":\"/api/x\"}",
            "{\"url\":\"https://other.example/api/x\"}",
            "{\"url\":\"https://shop.example/admin\"}",
            "{\"pattern\":\"https://shop.example/**\"}",
        }) {
            String body = "{\"targets\":[{\"tag\":\"product:1\"}," + bad + "]}";
            assertProblem(refused("picky", body, signed(body)), 403, "target-not-allowed", "picky");
        }
        String allowed = "{\"targets\":[{\"tag\":\"product:1\"},{\"prefix\":\"https://SHOP.example:8443/api/p\"}]}";
        assertThat(service.post("picky", allowed, signed(allowed)).statusCode()).isEqualTo(202);
    }

    @Test
    void aSourceBeyondItsRate() throws Exception {
        HttpResponse<String> limited = null;
        for (int i = 0; i < 50 && limited == null; i++) {
            HttpResponse<String> response = service.post("slow", TAG, signed(TAG));
            limited = response.statusCode() == 429 ? response : null;
        }
        assertThat(limited)
                .as("one of 50 requests in a row is beyond 1 in a second")
                .isNotNull();
        assertProblem(limited, 429, "rate-limited", "slow");
        assertThat(limited.headers().firstValue("Retry-After")).contains("1");
    }

    private HttpResponse<String> refused(String source, String body, List<String> headers) throws Exception {
        int before = service.purgesInTheLog();
        HttpResponse<String> response = service.post(source, body, headers);
        assertThat(service.purgesInTheLog()).isEqualTo(before);
        return response;
    }
}
