package io.tidemark.local.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.local.suite.client.Http;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@Order(50)
class RequestIdIT {
    @Test
    void aGivenRequestIdComesBack() throws Exception {
        String requestId = UUID.randomUUID().toString();
        assertThat(Http.header(Products.readEu(RunningSuite.newId(), "X-Request-Id", requestId), "X-Request-Id"))
                .isEqualTo(requestId);
    }

    @Test
    void everyServiceGivesOneWhereNoneWasGiven() throws Exception {
        RunningSuite suite = RunningSuite.get();
        for (String url : new String[] {
            suite.gatewayEu() + Products.path("1"),
            suite.gatewayUs() + Products.path("1"),
            suite.invalidation() + "/v1/regions",
            suite.writeQueue() + "/v1/dead-letters",
            suite.origin() + "/version"
        }) {
            assertThat(Http.header(Http.get(url), "X-Request-Id")).as(url).isNotBlank();
        }
    }

    @Test
    void aMalformedOneIsReplaced() throws Exception {
        String malformed = "x".repeat(2000);
        assertThat(Http.header(Products.readEu(RunningSuite.newId(), "X-Request-Id", malformed), "X-Request-Id"))
                .isNotBlank()
                .isNotEqualTo(malformed);
    }

    @Test
    void theIdOfAChangeAtTheOriginIsInTheReceiptOfItsPurge() throws Exception {
        String requestId = UUID.randomUUID().toString();
        Products.changeAtOrigin(RunningSuite.newId(), "neap", "X-Request-Id", requestId);

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(Http.get(RunningSuite.get().invalidation() + "/v1/purges?limit=50")
                                .body())
                        .contains(requestId));
    }

    @Test
    void theIdOfAWriteIsInTheReceiptOfThePurgeThatItsDeliveryCaused() throws Exception {
        String requestId = UUID.randomUUID().toString();
        Writes.send(
                "product.update",
                "{\"id\":\"" + RunningSuite.newId() + "\",\"name\":\"spring\"}",
                "X-Request-Id",
                requestId);

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(Http.get(RunningSuite.get().invalidation() + "/v1/purges?limit=50")
                                .body())
                        .contains(requestId));
    }
}
