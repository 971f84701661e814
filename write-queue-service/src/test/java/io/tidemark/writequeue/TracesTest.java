package io.tidemark.writequeue;

import static io.tidemark.writequeue.RunningService.is;
import static io.tidemark.writequeue.RunningService.unique;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.commons.requests.LogSampling;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.contracts.Topics;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.fixtures.OtlpReceiver;
import io.tidemark.local.fixtures.OtlpReceiver.Received;
import io.tidemark.writequeue.ScriptedOrigin.Answer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

/** A write is one trace, from its acceptance through its attempts to its purge. */
class TracesTest {
    @Test
    void aWriteIsOneTraceUntilItsPurgeIsInTheLog() throws Exception {
        try (OtlpReceiver receiver = new OtlpReceiver();
                ScriptedOrigin origin = new ScriptedOrigin();
                RunningService service = new RunningService(
                        Backends.shared(),
                        origin.url(),
                        receiver.property(),
                        "tidemark.writes.delivery.retry.base=10ms")) {
            LogSampling sampling = service.context().getBean(LogSampling.class);
            String trace = Stream.generate(RequestId::next)
                    .filter(sampling::includes)
                    .findFirst()
                    .orElseThrow();
            String product = unique("traced");
            origin.script("/api/products/" + product, Answer.of(503), Answer.of(200));
            String writeId = service.accept(
                    "{\"type\":\"product.update\",\"data\":{\"id\":\"" + product + "\"}}",
                    "traceparent",
                    "00-" + trace + "-00f067aa0ba902b7-00");
            service.await(writeId, is("delivered"));

            Received request = receiver.await(trace, span -> span.kind().equals("SERVER"));
            Received send = receiver.await(trace, span -> span.name().equals("send tidemark.writes"));
            Received first = attempt(receiver, trace, "1");
            Received second = attempt(receiver, trace, "2");
            Received purge = receiver.await(trace, span -> span.name().equals("send tidemark.purges"));
            assertThat(request.parent()).isEqualTo("00f067aa0ba902b7");
            assertThat(request.name()).isEqualTo("POST /v1/writes");
            assertThat(send.parent()).isEqualTo(request.id());
            assertThat(send.facts()).containsEntry("tidemark.write.id", writeId);
            assertThat(first.parent()).isEqualTo(send.id());
            assertThat(first.facts()).containsEntry("error.type", "retry").containsEntry("tidemark.kept", "error");
            assertThat(second.parent()).isEqualTo(send.id());
            assertThat(purge.parent()).isEqualTo(second.id());
            assertThat(purge.facts()).containsKey("tidemark.purge.position");
            Received call = receiver.await(
                    trace, span -> span.kind().equals("CLIENT") && span.parent().equals(second.id()));
            assertThat(call.facts()).containsEntry("http.response.status_code", "200");
            List<String> sent = origin.calls("/api/products/" + product).getLast().headers().entrySet().stream()
                    .filter(field -> field.getKey().equalsIgnoreCase("traceparent"))
                    .flatMap(field -> field.getValue().stream())
                    .toList();
            assertThat(sent).containsExactly("00-" + trace + '-' + call.id() + "-01");
            assertThat(Logs.read(Backends.shared().kafka(), Topics.WRITES).stream()
                            .map(record -> record.headers().lastHeader("traceparent"))
                            .filter(java.util.Objects::nonNull)
                            .map(Header::value)
                            .map(value -> new String(value, StandardCharsets.US_ASCII)))
                    .contains("00-" + trace + '-' + send.id() + "-01");
        }
    }

    private static Received attempt(OtlpReceiver receiver, String trace, String number) throws InterruptedException {
        return receiver.await(
                trace,
                span -> span.name().equals("process tidemark.writes")
                        && span.fact("tidemark.write.attempt").equals(number));
    }
}
