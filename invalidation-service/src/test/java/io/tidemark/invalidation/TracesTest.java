package io.tidemark.invalidation;

import static io.tidemark.invalidation.LocalService.TAG;
import static io.tidemark.invalidation.Requests.json;
import static io.tidemark.invalidation.Requests.signed;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.commons.requests.LogSampling;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.local.fixtures.OtlpReceiver;
import io.tidemark.local.fixtures.OtlpReceiver.Received;
import java.net.http.HttpResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** A purge is one trace, from the webhook to the last gateway's receipt. */
class TracesTest {
    @Test
    void aPurgeIsOneTraceUntilTheFleetHasIt() throws Exception {
        LocalService fleet = LocalService.get();
        assertThat(fleet.eu).isNotNull();
        try (OtlpReceiver receiver = new OtlpReceiver();
                ConfigurableApplicationContext service = LocalService.start("--" + receiver.property())) {
            LogSampling sampling = service.getBean(LogSampling.class);
            String id = Stream.generate(RequestId::next)
                    .filter(sampling::includes)
                    .findFirst()
                    .orElseThrow();
            Requests.eventually(
                    "both gateways are seen",
                    () -> json(Requests.get(service, "/v1/regions"))
                                    .at("/regions")
                                    .size()
                            == 2);
            HttpResponse<String> answer =
                    Requests.post(service, "catalog", TAG, signed(TAG), "X-Request-Id", id, "Prefer", "wait=30");
            assertThat(answer.statusCode()).isEqualTo(200);
            String position = json(answer).path("position").asString();
            Received request = receiver.await(id, span -> span.kind().equals("SERVER"));
            Received send = receiver.await(id, span -> span.name().equals("send tidemark.purges"));
            Received receipt = receiver.await(id, span -> span.name().equals("receipt tidemark.purges"));
            assertThat(request.name()).isEqualTo("POST /v1/sources/{source}/purges");
            assertThat(request.facts())
                    .containsEntry("http.response.status_code", "200")
                    .containsEntry("resource:service.name", "invalidation-service");
            assertThat(send.parent()).isEqualTo(request.id());
            assertThat(send.kind()).isEqualTo("PRODUCER");
            assertThat(send.facts())
                    .containsEntry("messaging.system", "kafka")
                    .containsEntry("messaging.destination.name", "tidemark.purges")
                    .containsEntry("tidemark.purge.position", position);
            assertThat(receipt.parent()).isEqualTo(send.id());
            assertThat(receipt.facts())
                    .containsEntry("tidemark.purge.position", position)
                    .containsEntry("tidemark.receipt.gateways", "2")
                    .containsKeys("tidemark.receipt.eu.ms", "tidemark.receipt.us.ms");
        }
    }
}
