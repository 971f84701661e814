package io.tidemark.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.suite.client.DemoToken;
import io.tidemark.local.suite.client.DotEnv;
import io.tidemark.local.suite.client.Http;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** A session of one region as the other one passes it on, and who its origin hears of. */
@Order(35)
class SessionIT {
    private static final Pattern PRINTED = Pattern.compile("secret='([^']+)'");

    private final RunningSuite suite = RunningSuite.get();

    static String cookie(HttpResponse<String> response) {
        return Http.header(response, "Set-Cookie").split(";", 2)[0];
    }

    static String tokenOf(String user) throws IOException {
        String secret = DotEnv.get("TOKEN_SECRET", "");
        if (secret.isEmpty()) {
            Matcher printed = PRINTED.matcher(RunningSuite.get().output());
            assertThat(printed.find()).as("the suite prints the secret").isTrue();
            secret = printed.group(1);
        }
        return DemoToken.of(user, secret);
    }

    @Test
    void itsStateIsTheSameInBothRegionsAndItsEndToo() throws Exception {
        HttpResponse<String> made = Http.send("POST", suite.gatewayEu() + "/edge/session", "");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(Http.header(made, "Set-Cookie")).startsWith("tidemark-session=v1.");
        String cookie = cookie(made);
        String cart = "/edge/session/state/cart";
        HttpResponse<String> written = Http.send(
                "PUT", suite.gatewayUs() + cart, "{\"items\":[\"42\"]}", "Cookie", cookie, "If-None-Match", "*");
        assertThat(written.statusCode()).as(written.body()).isEqualTo(201);
        HttpResponse<String> read = Http.get(suite.gatewayEu() + cart, "Cookie", cookie);
        assertThat(read.body()).isEqualTo("{\"items\":[\"42\"]}");
        assertThat(Http.header(read, "ETag")).isEqualTo(Http.header(written, "ETag"));
        Problems.assertProblem(
                Http.send("PUT", suite.gatewayUs() + cart, "{}", "Cookie", cookie, "If-Match", "\"old\""),
                412,
                "precondition-failed");
        assertThat(Http.send("DELETE", suite.gatewayUs() + "/edge/session", "", "Cookie", cookie)
                        .statusCode())
                .isEqualTo(204);
        for (String gateway : new String[] {suite.gatewayEu(), suite.gatewayUs()}) {
            Problems.assertProblem(Http.get(gateway + cart, "Cookie", cookie), 401, "session-invalid");
        }
    }

    @Test
    void theOriginHearsOfItsUser() throws Exception {
        String user = "ann-" + RunningSuite.newId();
        HttpResponse<String> made =
                Http.send("POST", suite.gatewayEu() + "/edge/session", "", "Authorization", "Bearer " + tokenOf(user));
        assertThat(Http.json(made).path("user").asString()).isEqualTo(user);
        for (String gateway : new String[] {suite.gatewayEu(), suite.gatewayUs()}) {
            assertThat(Http.get(gateway + "/api/me", "Cookie", cookie(made), "X-Edge-User", "root")
                            .body())
                    .isEqualTo("{\"user\":\"" + user + "\"}");
            Problems.assertProblem(Http.get(gateway + "/api/me", "X-Edge-User", "root"), 401, "session-required");
        }
    }
}
