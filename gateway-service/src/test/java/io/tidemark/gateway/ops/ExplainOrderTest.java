package io.tidemark.gateway.ops;

import static io.tidemark.gateway.fixtures.ScriptedOrigin.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.purge.PurgeView;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A verdict counts only as far as the ledger was believed before it was asked; so explain asks in this order. */
class ExplainOrderTest {
    @Test
    void explainAsksForTheStandingBeforeTheVerdict() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        PurgeView view = PurgeView.alone(new PurgeLedger("e", PurgeLedger.Limits.DEFAULT));
        PurgeView recording = (PurgeView) Proxy.newProxyInstance(
                PurgeView.class.getClassLoader(), new Class<?>[] {PurgeView.class}, (_, method, arguments) -> {
                    asked.add(method.getName());
                    return method.invoke(view, arguments);
                });
        try (ScriptedOrigin origin = new ScriptedOrigin();
                GatewayUnderTest gateway =
                        new GatewayUnderTest(PurgeView.class, recording, "--tidemark.origin=" + origin.uri());
                HttpClient client = HttpClient.newHttpClient()) {
            origin.on("/a", exchange -> send(exchange, 200, "x", "Cache-Control", "max-age=600"));
            gateway.get("/a");
            asked.clear();

            HttpResponse<String> explained = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port("local.management.port")
                                    + "/actuator/explain?url=http://shop.example/a"))
                            .build(),
                    BodyHandlers.ofString());

            assertThat(explained.body()).contains("serve the stored response: fresh");
            assertThat(asked).contains("verdict", "standing");
            assertThat(asked.indexOf("standing")).isLessThan(asked.indexOf("verdict"));
            assertThat(asked.subList(asked.indexOf("verdict"), asked.size())).doesNotContain("standing", "trust");
        }
    }
}
