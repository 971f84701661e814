package io.tidemark.originstub;

import static io.tidemark.originstub.Stub.assertProblem;
import static io.tidemark.originstub.Stub.header;
import static io.tidemark.originstub.Stub.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One class, as one start of the stub serves all of it. */
class OriginStubTest {
    private static Stub stub;

    @BeforeAll
    static void start() {
        stub = new Stub("stub.max-body-size=1KB");
    }

    @AfterAll
    static void stop() {
        stub.close();
    }

    @Nested
    class Bytes {
        @ParameterizedTest
        @CsvSource({"false, 100000", "true, ''"})
        void asManyAsWereAskedForWithALengthOrInChunks(boolean chunked, String declared) throws Exception {
            var response = stub.get("/api/bytes/a?length=100000&chunked=" + chunked);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).hasSize(100_000);
            assertThat(header(response, "Content-Length")).isEqualTo(declared);
            assertThat(header(response, "Cache-Control")).isEqualTo("max-age=60");
        }

        @Test
        void aLengthPastTheLimitIsRefused() throws Exception {
            assertProblem(stub.get("/api/bytes/a?length=4294967297"), 400, "malformed-request");
            assertProblem(stub.get("/api/bytes/a?length=-1"), 400, "malformed-request");
        }
    }

    @Nested
    class Documents {
        @Test
        void aChangeIsTakenOnce() throws Exception {
            String change = "{\"document\":\"d\",\"update\":\"AAA=\",\"vector\":\"AA==\"}";
            assertThat(stub.post("/api/documents/d", change, "Idempotency-Key", "k1")
                            .statusCode())
                    .isEqualTo(204);
            stub.post("/api/documents/d", change, "Idempotency-Key", "k1");
            stub.post("/api/documents/d", change.replace("AAA=", "AAAA"), "Idempotency-Key", "k2");

            var changes = json(stub.get("/api/documents/d")).get("changes");
            assertThat(changes).hasSize(2);
            assertThat(changes.get(1).get("update").asString()).isEqualTo("AAAA");
            assertProblem(stub.get("/api/documents/unknown"), 404, "unknown-document");
            assertProblem(stub.post("/api/documents/d", "{}"), 422, "invalid-change");
        }
    }

    @Nested
    class Me {
        @Test
        void isWhoeverTheGatewayNamesAndNobodyElses() throws Exception {
            var response = stub.get("/api/me/orders", "X-Edge-User", "ann");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("{\"user\":\"ann\"}");
            assertThat(header(response, "Cache-Control")).isEqualTo("private, max-age=30");
            assertProblem(stub.get("/api/me"), 401, "user-required");
        }
    }

    @Nested
    class Products {
        @Test
        void anyIdExistsWithTheHeadersOfTheContract() throws Exception {
            var response = stub.get("/api/products/first", "X-Request-Id", "r-1");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(header(response, "Cache-Control"))
                    .isEqualTo("max-age=60, stale-while-revalidate=300, stale-if-error=3600");
            assertThat(header(response, "Cache-Groups")).isEqualTo("\"product:first\", \"products\"");
            assertThat(header(response, "ETag")).isEqualTo("\"v1\"");
            assertThat(header(response, "X-Data-Version")).isEqualTo("1");
            assertThat(header(response, "Last-Modified")).isEqualTo("Wed, 01 Jan 2025 00:00:00 GMT");
            assertThat(header(response, "X-Request-Id")).isEqualTo("r-1");
            assertThat(json(response).path("id").asString()).isEqualTo("first");
            assertThat(json(response).path("version").asInt()).isEqualTo(1);
            assertThat(json(response).path("price").isNumber()).isTrue();
        }

        @Test
        void aMatchingValidatorGets304WithWhatACacheFreshensFrom() throws Exception {
            var response = stub.get("/api/products/same", "If-None-Match", "\"v1\"");
            assertThat(response.statusCode()).isEqualTo(304);
            assertThat(response.body()).isEmpty();
            assertThat(header(response, "ETag")).isEqualTo("\"v1\"");
            assertThat(header(response, "Cache-Control")).startsWith("max-age=60");
            assertThat(header(response, "Cache-Groups")).contains("product:same");
            assertThat(stub.get("/api/products/same", "If-None-Match", "\"v2\"").statusCode())
                    .isEqualTo(200);
            assertThat(stub.get("/api/products/same", "If-Modified-Since", "Wed, 01 Jan 2025 00:00:00 GMT")
                            .statusCode())
                    .isEqualTo(304);
        }

        @Test
        void aChangeIsANewVersion() throws Exception {
            var put = stub.put("/api/products/changed", "{\"price\":1.5,\"colour\":\"red\",\"version\":99}");
            assertThat(put.statusCode()).isEqualTo(200);
            assertThat(json(put).path("version").asInt()).isEqualTo(2);
            var get = stub.get("/api/products/changed");
            assertThat(header(get, "X-Data-Version")).isEqualTo("2");
            assertThat(header(get, "ETag")).isEqualTo("\"v2\"");
            assertThat(json(get).path("price").asDouble()).isEqualTo(1.5);
            assertThat(json(get).path("colour").asString()).isEqualTo("red");
            assertThat(json(get).path("name").asString()).isEqualTo("Product changed");
        }

        @Test
        void aKeyHasItsEffectOnce() throws Exception {
            var first = stub.put("/api/products/once", "{\"price\":1,\"a\":2}", "Idempotency-Key", "k");
            var again = stub.put("/api/products/once", "{\"a\":2,\"price\":1}", "X-Idempotency-Key", "k");
            assertThat(json(again)).isEqualTo(json(first));
            assertThat(header(again, "Idempotency-Replayed")).isEqualTo("true");
            assertThat(header(first, "Idempotency-Replayed")).isEmpty();
            assertThat(header(stub.get("/api/products/once"), "X-Data-Version")).isEqualTo("2");
            assertProblem(
                    stub.put("/api/products/once", "{\"price\":2}", "Idempotency-Key", "k"),
                    422,
                    "idempotency-key-reused");
        }

        @Test
        void inventoryIsNeverToBeStored() throws Exception {
            assertThat(header(stub.get("/api/inventory/1"), "Cache-Control")).isEqualTo("no-store");
        }
    }

    @Nested
    class Orders {
        @Test
        void areListedInTheOrderOfTheirArrivalEachKeyOnce() throws Exception {
            for (int i = 0; i < 3; i++) {
                var placed =
                        stub.post("/api/orders", "{\"customerId\":\"c1\",\"n\":" + i + "}", "Idempotency-Key", "o" + i);
                assertThat(placed.statusCode()).isEqualTo(201);
                assertThat(stub.get(header(placed, "Location")).statusCode()).isEqualTo(200);
            }
            var again = stub.post("/api/orders", "{\"customerId\":\"c1\",\"n\":1}", "Idempotency-Key", "o1");
            assertThat(again.statusCode()).isEqualTo(201);
            assertThat(header(again, "Idempotency-Replayed")).isEqualTo("true");
            stub.post("/api/orders", "{\"customerId\":\"c2\",\"n\":0}");

            var list = json(stub.get("/api/orders?customerId=c1"));
            assertThat(list.findValuesAsString("n")).containsExactly("0", "1", "2");
            assertThat(list.findValuesAsString("idempotencyKey")).containsExactly("o0", "o1", "o2");
            assertThat(json(stub.get("/api/orders?customerId=nobody"))).isEmpty();
        }

        @Test
        void withoutACustomerAreRefused() throws Exception {
            assertProblem(stub.post("/api/orders", "{\"n\":1}"), 422, "invalid-order");
        }
    }

    @Nested
    class Changes {
        @Test
        void followTheCursor() throws Exception {
            String start = json(stub.get("/changes")).path("next").asString();
            var version = stub.get("/version");
            stub.put("/api/products/feed-a", "{}");
            stub.put("/api/products/feed-b", "{}");

            var first = json(stub.get("/changes?limit=1&since=" + start));
            assertThat(first.path("more").asBoolean()).isTrue();
            assertThat(first.path("changes").path(0).path("id").asString()).isEqualTo("feed-a");
            assertThat(first.path("changes").path(0).path("tags").path(0).asString())
                    .isEqualTo("product:feed-a");
            var second = json(stub.get("/changes?since=" + first.path("next").asString()));
            assertThat(second.path("more").asBoolean()).isFalse();
            assertThat(second.findValuesAsString("id")).containsExactly("feed-b");
            var third = json(stub.get("/changes?since=" + second.path("next").asString()));
            assertThat(third.path("changes")).isEmpty();
            assertThat(json(stub.get("/changes?since=0")).findValuesAsString("id"))
                    .endsWith("feed-a", "feed-b");

            assertThat(stub.get("/version", "If-None-Match", header(version, "ETag"))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(stub.get("/version", "If-None-Match", header(stub.get("/version"), "ETag"))
                            .statusCode())
                    .isEqualTo(304);
        }

        @Test
        void ofAnotherFeedOrOfNoneAreRefused() throws Exception {
            assertProblem(stub.get("/changes?since=other-1"), 410, "cursor-gone");
            assertThat(json(stub.get("/changes?since=other-1")).path("next").asString())
                    .isNotEmpty();
            assertProblem(stub.get("/changes?since=x"), 400, "malformed-request");
            assertProblem(stub.get("/changes?limit=0"), 400, "malformed-request");
        }
    }

    @Nested
    class Calls {
        @Test
        void areCountedByMethodAndPathButNotTheStubsOwn() throws Exception {
            stub.get("/api/products/counted?x=1");
            stub.get("/api/products/counted");
            stub.get("/stub/calls");
            var counts = json(stub.get("/stub/calls"));
            assertThat(counts).anySatisfy(count -> {
                assertThat(count.path("method").asString()).isEqualTo("GET");
                assertThat(count.path("path").asString()).isEqualTo("/api/products/counted");
                assertThat(count.path("count").asInt()).isEqualTo(2);
            });
            assertThat(counts.findValuesAsString("path")).noneMatch(path -> path.startsWith("/stub"));
        }
    }

    @Nested
    class BadInput {
        @Test
        void isAProblem() throws Exception {
            assertProblem(stub.put("/api/products/1", "{"), 400, "malformed-request");
            assertProblem(stub.put("/api/products/1", "[1]"), 400, "malformed-request");
            assertProblem(stub.put("/api/products/1", "\"" + "x".repeat(2000) + "\""), 413, "body-too-large");
            assertProblem(stub.get("/api/products/a%22b"), 400, "malformed-request");
            assertProblem(stub.get("/nowhere"), 404, "not-found");
            assertProblem(stub.post("/api/products/1", "{}"), 405, "method-not-allowed");
            assertProblem(
                    stub.put("/api/products/1", "{}", "Idempotency-Key", "k".repeat(300)), 400, "malformed-request");
        }
    }

    @Nested
    class WithADataFolder {
        @Test
        void effectsOutliveTheProcessAndACutOffLineDoesNoHarm(@TempDir Path data) throws Exception {
            String setting = "stub.data-dir=" + data;
            String cursor;
            try (Stub first = new Stub(setting)) {
                first.put("/api/products/p", "{\"price\":7}", "Idempotency-Key", "p1");
                first.post("/api/orders", "{\"customerId\":\"c\",\"n\":1}", "Idempotency-Key", "o1");
                cursor = json(first.get("/changes")).path("next").asString();
            }
            Files.writeString(
                    data.resolve("orders.jsonl"),
                    "{\"number\":2,\"cust",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.APPEND);
            try (Stub second = new Stub(setting)) {
                assertThat(json(second.get("/api/products/p")).path("price").asInt())
                        .isEqualTo(7);
                second.put("/api/products/p", "{\"price\":7}", "Idempotency-Key", "p1");
                assertThat(header(second.get("/api/products/p"), "X-Data-Version"))
                        .isEqualTo("2");
                second.post("/api/orders", "{\"customerId\":\"c\",\"n\":1}", "Idempotency-Key", "o1");
                second.post("/api/orders", "{\"customerId\":\"c\",\"n\":2}", "Idempotency-Key", "o2");
                assertThat(json(second.get("/changes?since=" + cursor)).path("changes"))
                        .isEmpty();
            }
            try (Stub third = new Stub(setting)) {
                assertThat(json(third.get("/api/orders?customerId=c")).findValuesAsString("n"))
                        .containsExactly("1", "2");
            }
        }
    }
}
