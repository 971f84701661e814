package io.tidemark.writequeue.clients;

import static io.tidemark.writequeue.RunningService.is;
import static io.tidemark.writequeue.RunningService.order;
import static io.tidemark.writequeue.RunningService.unique;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.tidemark.local.backends.Backends;
import io.tidemark.writequeue.RunningService;
import io.tidemark.writequeue.RunningService.Reply;
import io.tidemark.writequeue.ScriptedOrigin;
import io.tidemark.writequeue.ScriptedOrigin.Answer;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole service where clients are told apart by their tokens: nobody reads or moves another's writes. */
@Timeout(180)
class TokenClientsTest {
    private static final String SECRET = "a secret of thirty-two characters";
    private static ScriptedOrigin origin;
    private static RunningService service;

    @BeforeAll
    static void start() {
        origin = new ScriptedOrigin();
        service = new RunningService(
                Backends.shared(),
                origin.url(),
                "tidemark.writes.acceptance.jwt.secret=" + SECRET,
                "tidemark.writes.acceptance.operators=ops");
    }

    @AfterAll
    static void stop() {
        service.close();
        origin.close();
    }

    private static String[] as(String client) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader(JWSAlgorithm.HS256),
                    new JWTClaimsSet.Builder()
                            .subject(client)
                            .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                            .build());
            token.sign(new MACSigner(SECRET));
            return new String[] {"Authorization", "Bearer " + token.serialize()};
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void nothingIsSaidWithoutATokenAndTheHeaderMeansNothing() {
        for (Reply reply : List.of(
                service.post("/v1/writes", order("c", Map.of()), "X-Client-Id", "ann"),
                service.get("/v1/writes/w", "X-Client-Id", "ann"),
                service.get("/v1/writes/w/events", "X-Client-Id", "ann"),
                service.get("/v1/dead-letters", "X-Client-Id", "ops"),
                service.get("/v1/dead-letters/w", "X-Client-Id", "ops"),
                service.post("/v1/dead-letters/w/redrive", "", "X-Client-Id", "ops"),
                service.post("/v1/dead-letters/redrive", "{}", "X-Client-Id", "ops"),
                service.post("/v1/dead-letters/w/discard", "{\"reason\":\"x\"}", "X-Client-Id", "ops"))) {
            assertThat(reply.status()).as(reply.response().uri().toString()).isEqualTo(401);
            assertThat(reply.header("WWW-Authenticate")).isEqualTo("Bearer");
            assertThat(reply.json().path("type").asString()).isEqualTo("urn:tidemark:problem:token-required");
        }
    }

    @Test
    void oneClientsWriteIsNobodyElsesInAnyView() throws Exception {
        String customer = unique("c");
        origin.otherwise(call -> Answer.of(call.body().contains(customer) ? 400 : 200));
        String[] ann = as("ann");
        String[] bob = as("bob");
        String writeId = service.post("/v1/writes", order(customer, Map.of()), ann)
                .json()
                .path("writeId")
                .asString();
        service.await(writeId, is("dead-lettered"), ann);

        assertThat(service.get("/v1/writes/" + writeId, bob).status()).isEqualTo(404);
        assertThat(service.get("/v1/writes/" + writeId + "/events", bob).status())
                .isEqualTo(404);
        assertThat(service.get("/v1/dead-letters/" + writeId, bob).status()).isEqualTo(404);
        assertThat(service.get("/v1/dead-letters", bob).response().body()).doesNotContain(writeId);
        assertThat(service.get("/v1/dead-letters?client=ann", bob).status()).isEqualTo(403);
        assertThat(service.post("/v1/dead-letters/" + writeId + "/redrive", "", bob)
                        .status())
                .isEqualTo(404);
        assertThat(service.post("/v1/dead-letters/" + writeId + "/discard", "{\"reason\":\"x\"}", bob)
                        .status())
                .isEqualTo(404);
        assertThat(service.post("/v1/dead-letters/redrive", "{\"client\":\"ann\"}", bob)
                        .status())
                .isEqualTo(403);

        assertThat(service.get("/v1/writes/" + writeId + "/events", ann).status())
                .isEqualTo(200);
        assertThat(service.get("/v1/dead-letters", ann).response().body()).contains(writeId);
        assertThat(service.get("/v1/dead-letters?client=ann", as("ops"))
                        .response()
                        .body())
                .contains(writeId);
        assertThat(service.get("/v1/dead-letters/" + writeId, as("ops")).status())
                .isEqualTo(200);
    }
}
