package io.tidemark.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.suite.client.Http;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@Order(10)
class ReadPathIT {
    private final String id = RunningSuite.newId();

    @BeforeEach
    void bothGatewaysTrustTheirCaches() {
        RunningSuite.get().awaitTrust();
    }

    @Test
    void theFirstReadInEachRegionIsAMissAndTheSecondAHit() throws Exception {
        HttpResponse<String> missEu = Products.readEu(id);
        HttpResponse<String> hitEu = Products.readEu(id);
        HttpResponse<String> missUs = Products.readUs(id);
        HttpResponse<String> hitUs = Products.readUs(id);

        assertThat(missEu.statusCode()).isEqualTo(200);
        assertThat(Products.cacheStatus(missEu)).isEqualTo("MISS");
        assertThat(Products.cacheStatus(hitEu)).isEqualTo("HIT");
        assertThat(Products.cacheStatus(missUs)).isEqualTo("MISS");
        assertThat(Products.cacheStatus(hitUs)).isEqualTo("HIT");
        assertThat(hitEu.body()).isEqualTo(missEu.body());
        assertThat(Products.originReads(Products.path(id))).isEqualTo(2);
    }

    @Test
    void anAnswerSaysWhereItComesFrom() throws Exception {
        HttpResponse<String> miss = Products.readEu(id);
        HttpResponse<String> hit = Products.readEu(id);

        assertThat(Http.header(miss, "Cache-Status"))
                .startsWith("tidemark-eu-1")
                .contains("fwd=uri-miss");
        assertThat(Http.header(hit, "Cache-Status")).startsWith("tidemark-eu-1; hit");
        assertThat(Http.header(hit, "X-Edge-Colo")).isEqualTo("eu-1");
        assertThat(Http.header(hit, "X-Data-Version"))
                .isEqualTo(Http.header(miss, "X-Data-Version"))
                .isNotBlank();
        assertThat(Http.header(hit, "X-Data-Age-Ms")).matches("\\d+");
        assertThat(Http.header(hit, "Age")).matches("\\d+");
        assertThat(Http.header(hit, "X-Request-Id")).isNotBlank();
    }

    @Test
    void aResponseThatMustNotBeStoredIsFetchedEachTime() throws Exception {
        String path = "/api/inventory/" + id;
        for (int read = 1; read <= 2; read++) {
            HttpResponse<String> answer = Http.get(RunningSuite.get().gatewayEu() + path);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(Products.cacheStatus(answer)).isNotIn("HIT", "STALE");
            assertThat(Products.originReads(path)).isEqualTo(read);
        }
    }

    @Test
    void aMatchingValidatorIsAnsweredWith304FromTheCache() throws Exception {
        String etag = Http.header(Products.readEu(id), "ETag");

        HttpResponse<String> answer = Products.readEu(id, "If-None-Match", etag);

        assertThat(answer.statusCode()).isEqualTo(304);
        assertThat(answer.body()).isEmpty();
        assertThat(Products.originReads(Products.path(id))).isEqualTo(1);
    }

    @Test
    void whileTheOriginFailsASoftlyPurgedResponseIsServedStale() throws Exception {
        String before = Products.readEu(id).body();
        String path = Products.path(id);
        Products.setFault("{\"path\":\"" + path + "\",\"status\":503}");
        try {
            String body = "{\"targets\":[{\"tag\":\"product:" + id + "\"}],\"mode\":\"soft\"}";
            assertThat(Webhook.of(body).post("Prefer", "wait=15").statusCode()).isEqualTo(200);

            HttpResponse<String> answer = Products.readEu(id);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(before);
            assertThat(Products.cacheStatus(answer)).isEqualTo("STALE");
        } finally {
            Products.clearFaults(path);
        }
    }

    @Test
    void manyReadersOfOneMissAreOneCallToTheOrigin() throws Exception {
        String path = Products.path(id);
        Products.setFault("{\"path\":\"" + path + "\",\"latency\":\"400ms\"}");
        try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
            var reads = new ArrayList<Future<HttpResponse<String>>>();
            for (int i = 0; i < 50; i++) {
                reads.add(readers.submit(() -> Products.readEu(id)));
            }
            for (var read : reads) {
                assertThat(read.get().statusCode()).isEqualTo(200);
            }
        } finally {
            Products.clearFaults(path);
        }
        assertThat(Products.originReads(path)).isEqualTo(1);
    }
}
