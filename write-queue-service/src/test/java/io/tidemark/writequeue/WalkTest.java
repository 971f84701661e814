package io.tidemark.writequeue;

import static io.tidemark.writequeue.RunningService.order;
import static io.tidemark.writequeue.RunningService.unique;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.backends.Backends;
import io.tidemark.local.fixtures.Walk;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every parameter, member and header of every endpoint: missing, empty, twice, of the wrong type, huge, encoded otherwise, in
 * other case, null. What is answered is what is documented, or a problem: never a 500, never a silent yes.
 */
@Timeout(180)
class WalkTest {
    private static ScriptedOrigin origin;
    private static RunningService service;
    private Walk walk;

    @BeforeAll
    static void start() {
        origin = new ScriptedOrigin();
        service = new RunningService(Backends.shared(), origin.url());
    }

    @AfterAll
    static void stop() {
        service.close();
        origin.close();
    }

    @BeforeEach
    void begin() {
        walk = new Walk(service.port());
    }

    @AfterEach
    void all() {
        walk.assertAll();
    }

    private void write(String status, String fields, String body) throws IOException {
        walk.expect(status, "POST /v1/writes\n" + fields, body);
    }

    private static final String JSON = "Content-Type: application/json";

    private static String good() {
        return order(unique("c"), Map.of());
    }

    private static String members(String type, String data) {
        return "{\"type\":" + type + ",\"data\":" + data + "}";
    }

    @Test
    void membersOfAWrite() throws IOException {
        String type = "\"order.place\"";
        String data = "{\"customerId\":\"c\"}";
        for (String body : new String[] {
            "",
            " ",
            "null",
            "7",
            "[]",
            "\"x\"",
            "{}",
            "{\"type\":" + type + "}",
            "{\"data\":" + data + "}",
            members("null", data),
            members("7", data),
            members("\"\"", data),
            members("\"ORDER.PLACE\"", data),
            members('"' + "x".repeat(5000) + '"', data),
            members(type, "null"),
            members(type, "[]"),
            members(type, "\"x\""),
            members(type, "{}"),
            members(type, "{\"customerId\":null}"),
            members(type, "{\"customerId\":\"\"}"),
            members(type, "{\"customerId\":{}}"),
            members(type, "{\"customerId\":[\"a\"]}"),
            members(type, "{\"customerid\":\"c\"}"),
            members(type, "{\"customerId\":\"" + "x".repeat(600) + "\"}"),
            members(type, "{\"customerId\":\"a\",\"customerId\":\"b\"}"),
            "{\"type\":" + type + ",\"type\":" + type + ",\"data\":" + data + "}",
            "{\"Type\":" + type + ",\"data\":" + data + "}",
            "{\"type\":" + type + ",\"data\":" + data + ",\"orderingKey\":\"x\"}",
            members(type, data) + "{}",
            members(type, data).replace("}", ",}"),
            "{\"type\":" + type + ",\"data\":" + "[".repeat(2000),
            members(type, data).replace('"', '\''),
            "\u0000"
        }) {
            write("400", JSON, body);
        }
        write("413", JSON, members(type, "{\"customerId\":\"c\",\"x\":\"" + "y".repeat(70_000) + "\"}"));
        write("413", JSON, members(type, "{\"customerId\":\"c\",\"x\":\"" + "y".repeat(700_000) + "\"}"));
        write("202", JSON, "{\"\\u0074ype\":" + type + ",\"data\":" + data + "}");
    }

    @Test
    void fieldsOfAWrite() throws IOException {
        write("415", "", good());
        for (String contentType :
                new String[] {"", "text/plain", "json", ";;", "application/x-www-form-urlencoded", "multipart/form-data"
                }) {
            write("415", "Content-Type: " + contentType, good());
        }
        write("415", JSON + "\nContent-Encoding: gzip", good());
        for (String contentType :
                new String[] {"APPLICATION/JSON", "application/json; charset=utf-8", "application/merge-patch+json"}) {
            write("202", "Content-Type: " + contentType, good());
        }
        for (String key : new String[] {"", "\"\"", "\"a", "a b", "x".repeat(256), "a\nIdempotency-Key: b"}) {
            write("400", JSON + "\nIdempotency-Key: " + key, good());
        }
        write("202", JSON + "\nIDEMPOTENCY-KEY: " + unique("k"), good());
        for (String client : new String[] {"a b", "x".repeat(201), "a\nX-Client-Id: b"}) {
            write("400", JSON + "\nX-Client-Id: " + client, good());
        }
        for (String other : new String[] {
            "Prefer: ",
            "Prefer: wait",
            "Prefer: wait=-1",
            "Prefer: wait=x",
            "Prefer: \"",
            "traceparent: x",
            "traceparent: ",
            "X-Request-Id: ",
            "X-Request-Id: " + "x".repeat(500),
            "Accept: text/html",
            "Accept: ",
            "Content-Encoding: identity"
        }) {
            write("202", JSON + "\n" + other, good());
        }
        walk.expect("400", "POST /v1/writes?type=order.place\n" + JSON, good());
        walk.expect("400", "POST /v1/writes?%zz\n" + JSON, good());
        walk.expect("405", "PUT /v1/writes\n" + JSON, good());
        walk.expect("405", "GET /v1/writes", "");
    }

    @Test
    void aStatus() throws IOException {
        for (String id : new String[] {"x", "%20", "%0D%0A", "%C3%A4", "x".repeat(3000), "*", "write%3A1"}) {
            walk.expect("404", "GET /v1/writes/" + id, "");
            walk.expect("404", "GET /v1/writes/" + id + "/events", "");
        }
        walk.expect("404", "GET /v1/writes/x/", "");
        walk.expect("404", "GET /v1/writes/x/Events", "");
        walk.expect("404", "GET /V1/writes/x", "");
        walk.expect("405", "DELETE /v1/writes/x", "");
    }

    @Test
    void theFiltersOfDeadLetters() throws IOException {
        for (String name : new String[] {"type", "client", "orderingKey", "limit", "cursor"}) {
            for (String query : new String[] {
                name,
                name + "=",
                name + "=%zz",
                name + "=%ff",
                name + "=1&" + name + "=1",
                name.toUpperCase(java.util.Locale.ROOT) + "=1",
                name + "[]=1"
            }) {
                walk.expect("400", "GET /v1/dead-letters?" + query, "");
            }
        }
        for (String limit : new String[] {"0", "-1", "501", "1.0", "1e1", "x", "99999999999", "null", "+1"}) {
            walk.expect("400", "GET /v1/dead-letters?limit=" + limit, "");
        }
        for (String cursor : new String[] {"x", "null", "MTp4Cg*", "%00", "y".repeat(3000)}) {
            walk.expect("400", "GET /v1/dead-letters?cursor=" + cursor, "");
        }
        for (String query : new String[] {
            "limit=1", "%6Cimit=1", "type=no.such", "orderingKey=" + "x".repeat(3000), "client=x", "type=%C3%A4+b"
        }) {
            walk.expect("200", "GET /v1/dead-letters?" + query, "");
        }
        walk.expect("405", "DELETE /v1/dead-letters", "");
    }

    @Test
    void whatIsDoneWithADeadLetter() throws IOException {
        for (String path :
                new String[] {"/v1/dead-letters/x", "/v1/dead-letters/%C3%A4", "/v1/dead-letters/" + "x".repeat(3000)
                }) {
            walk.expect("404", "GET " + path, "");
            walk.expect("404", "POST " + path + "/redrive", "");
            walk.expect("404", "POST " + path + "/discard\n" + JSON, "{\"reason\":\"r\"}");
            walk.expect("400", "POST " + path + "/redrive?max=1", "");
            walk.expect("400", "POST " + path + "/redrive\n" + JSON, "{\"max\":1}");
            walk.expect("415", "POST " + path + "/redrive\nContent-Type: text/plain", "x");
        }
        for (String body :
                new String[] {"{\"reason\":\"r\",\"reason\":\"s\"}", "{\"Reason\":\"r\"}", "[]", "null", "{"}) {
            walk.expect("400", "POST /v1/dead-letters/x/discard\n" + JSON, body);
        }
        walk.expect("405", "GET /v1/dead-letters/x/redrive", "");
        walk.expect("413", "POST /v1/dead-letters/redrive\n" + JSON, "{\"type\":\"" + "x".repeat(20_000) + "\"}");
        assertThat(service.get("/actuator/health").status()).isEqualTo(404);
    }
}
