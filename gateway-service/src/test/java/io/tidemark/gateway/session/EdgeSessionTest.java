package io.tidemark.gateway.session;

import static io.tidemark.gateway.session.StateClient.bearer;
import static io.tidemark.gateway.session.StateClient.begin;
import static io.tidemark.gateway.session.StateClient.send;
import static io.tidemark.gateway.session.StateClient.tokenOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.fixtures.BareOrigin;
import io.tidemark.state.keys.KeySet;
import io.tidemark.state.token.SessionToken;
import io.tidemark.state.token.SessionTokens;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What origins hear of who a request is of. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EdgeSessionTest {
    private final BareOrigin origin = new BareOrigin();
    private final StateRegions regions = new StateRegions(routes());
    private final int eu1 = StateRegions.port(regions.eu1);
    private final int us1 = StateRegions.port(regions.us1);

    private String[] routes() {
        List<String> properties = new ArrayList<>();
        String[] filters = {
            "required:EdgeSession=required",
            "optional:EdgeSession=optional",
            "create:EdgeSession=create",
            "cached:EdgeSession=optional,EdgeCache=standard",
            "plain:EdgeCache=standard",
            "bare:AddRequestHeader=X-A,b"
        };
        for (int i = 0; i < filters.length; i++) {
            String id = filters[i].split(":", 2)[0];
            String route = "--spring.cloud.gateway.server.webflux.routes[" + i + "].";
            properties.add(route + "id=" + id);
            properties.add(route + "uri=" + origin.uri());
            properties.add(route + "predicates[0]=Path=/" + id);
            String[] parts = filters[i].split(":", 2)[1].split(",(?=Edge)", -1);
            for (int f = 0; f < parts.length; f++) {
                properties.add(route + "filters[" + f + "]=" + parts[f]);
            }
            origin.on("/" + id, exchange -> exchange.answer(200, exchange.head(), "Cache-Control: max-age=60"));
        }
        return properties.toArray(String[]::new);
    }

    @AfterAll
    void stop() {
        regions.close();
        origin.close();
    }

    /** The values of a field in the request's head as the origin got it. */
    private static List<String> got(HttpResponse<String> echoed, String name) {
        assertThat(echoed.statusCode()).as(echoed.body()).isEqualTo(200);
        String prefix = name.toLowerCase(Locale.ROOT) + ": ";
        return echoed.body()
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .toList();
    }

    @Test
    void theOriginHearsOfTheSessionAndItsUser() throws Exception {
        String cookie = begin(eu1, "Authorization", bearer("ann"));
        String id = cookie.split("\\.", -1)[2];
        for (int port : new int[] {eu1, us1}) {
            for (String path : new String[] {"/required", "/optional", "/create", "/cached"}) {
                HttpResponse<String> echoed =
                        send(port, "GET", path + "?" + port, "", "Cookie", "a=b; " + cookie + "; c=d");
                assertThat(got(echoed, "X-Edge-Session")).containsExactly(id);
                assertThat(got(echoed, "X-Edge-User")).containsExactly("ann");
                assertThat(got(echoed, "X-Client-Id")).containsExactly("ann");
                assertThat(got(echoed, "Cookie")).containsExactly("a=b; c=d");
                assertThat(echoed.headers().firstValue("Set-Cookie")).isEmpty();
            }
        }
        HttpResponse<String> byBearer = send(us1, "GET", "/required", "", "Authorization", "Bearer " + tokenOf(cookie));
        assertThat(got(byBearer, "X-Edge-User")).containsExactly("ann");
        assertThat(got(byBearer, "Authorization")).isEmpty();
    }

    @Test
    void aSessionOfNobodyIsAClientOfItsOwn() throws Exception {
        String cookie = begin(eu1);
        HttpResponse<String> echoed = send(eu1, "GET", "/required", "", "Cookie", cookie);
        assertThat(got(echoed, "X-Edge-User")).isEmpty();
        assertThat(got(echoed, "X-Client-Id")).containsExactly("session:" + cookie.split("\\.", -1)[2]);
        HttpResponse<String> named =
                send(eu1, "GET", "/required", "", "Cookie", cookie, "Authorization", bearer("bob"));
        assertThat(got(named, "X-Edge-User")).containsExactly("bob");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/optional", "/cached", "/plain", "/bare"})
    void whatAClientSaysOfItselfIsNotBelieved(String path) throws Exception {
        for (String name :
                new String[] {"X-Edge-User", "x-edge-user", "X-Edge-Session", "X-Client-Id", "X_Edge_User"}) {
            HttpResponse<String> echoed = send(eu1, "GET", path + "?" + name, "", name, "root");
            assertThat(echoed.body()).doesNotContain("root");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/plain", "/bare"})
    void theTokenReachesNoOriginOnAnyRoute(String path) throws Exception {
        String cookie = begin(eu1);
        HttpResponse<String> echoed = send(eu1, "GET", path + "?token", "", "Cookie", "a=b;" + cookie);
        assertThat(got(echoed, "Cookie")).containsExactly("a=b");
        assertThat(got(send(eu1, "GET", path + "?alone", "", "Cookie", cookie), "Cookie"))
                .isEmpty();
    }

    @Test
    void aUsersTokenSuffices() throws Exception {
        for (String path : new String[] {"/required", "/optional"}) {
            HttpResponse<String> echoed = send(eu1, "GET", path, "", "Authorization", bearer("ann"));
            assertThat(got(echoed, "X-Edge-User")).containsExactly("ann");
            assertThat(got(echoed, "X-Edge-Session")).isEmpty();
        }
    }

    @Test
    void requiredRefusesWhoCannotBeKnown() throws Exception {
        String cookie = begin(eu1);
        String ended = begin(eu1);
        send(eu1, "DELETE", "/edge/session", "", "Cookie", ended);
        String away = new SessionTokens(KeySet.parse("p", List.of(StateRegions.KEY)), Duration.ofHours(12))
                .sign(new SessionToken("AAECAwQFBgcICQoLDA0ODw", "ap", Instant.now()));
        int before = origin.calls("/required");
        assertThat(send(eu1, "GET", "/required", "").body()).contains("session-required");
        for (int port : new int[] {eu1, us1}) {
            assertThat(send(port, "GET", "/required", "", "Cookie", cookie + "x")
                            .body())
                    .contains("session-invalid", "forged");
            assertThat(send(port, "GET", "/required", "", "Cookie", ended).body())
                    .contains("session-invalid", "revoked");
        }
        HttpResponse<String> untrusted = send(eu1, "GET", "/required", "", "Authorization", "Bearer x");
        assertThat(untrusted.statusCode()).isEqualTo(401);
        assertThat(untrusted.body()).contains("invalid-token");
        for (String path : new String[] {"/required", "/optional", "/create"}) {
            HttpResponse<String> homeAway = send(us1, "GET", path, "", "Cookie", "tidemark-session=" + away);
            assertThat(homeAway.statusCode()).isEqualTo(503);
            assertThat(homeAway.body()).contains("home-away");
        }
        assertThat(origin.calls("/required")).isEqualTo(before);
    }

    @Test
    void optionalPassesWhoCannotBeKnownAsNobody() throws Exception {
        for (String[] fields :
                new String[][] {{"A", "b"}, {"Cookie", "tidemark-session=x"}, {"Authorization", "Basic eA=="}}) {
            HttpResponse<String> echoed = send(eu1, "GET", "/optional", "", fields);
            assertThat(got(echoed, "X-Edge-User")).isEmpty();
            assertThat(got(echoed, "X-Edge-Session")).isEmpty();
            assertThat(got(echoed, "X-Client-Id")).isEmpty();
        }
        assertThat(got(send(eu1, "GET", "/optional", "", "Authorization", "Basic eA=="), "Authorization"))
                .as("of the origin")
                .containsExactly("Basic eA==");
    }

    @Test
    void createGivesASessionToWhoHasNone() throws Exception {
        HttpResponse<String> first = send(eu1, "GET", "/create", "", "Authorization", bearer("ann"));
        String cookie = StateClient.cookie(first).orElseThrow();
        assertThat(got(first, "X-Edge-Session")).containsExactly(cookie.split("\\.", -1)[2]);
        assertThat(got(first, "X-Edge-User")).containsExactly("ann");
        HttpResponse<String> second = send(eu1, "GET", "/create", "", "Cookie", cookie);
        assertThat(got(second, "X-Edge-Session")).isEqualTo(got(first, "X-Edge-Session"));
        assertThat(StateClient.cookie(second)).isEmpty();
        send(eu1, "DELETE", "/edge/session", "", "Cookie", cookie);
        HttpResponse<String> anew = send(eu1, "GET", "/create", "", "Cookie", cookie);
        assertThat(StateClient.cookie(anew)).isPresent().get().isNotEqualTo(cookie);
    }
}
