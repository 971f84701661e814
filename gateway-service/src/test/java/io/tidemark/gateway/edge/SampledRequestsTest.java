package io.tidemark.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.tidemark.commons.requests.LogSampling;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.gateway.fixtures.RawOrigin;
import io.tidemark.gateway.fixtures.RunningGateway;
import io.tidemark.gateway.hit.Hits;
import io.tidemark.gateway.http.Headers;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** Which requests are in the log, whoever answers them. */
class SampledRequestsTest {
    private final RunningGateway gateway = RunningGateway.get();

    @Test
    void aSampledRequestIsLoggedOnceWhoeverAnswersIt() throws Exception {
        String path = gateway.newTarget();
        RawOrigin.Script answer =
                _ -> RunningGateway.response(200, Headers.of("Cache-Control", "max-age=60"), "one", true);
        gateway.origin.on(path, answer);
        gateway.origin.on(path + "?q", answer);
        LogSampling sampling = gateway.bean(LogSampling.class);
        BlockingQueue<ILoggingEvent> lines = new LinkedBlockingQueue<>();
        var appender = new AppenderBase<ILoggingEvent>() {
            @Override
            protected void append(ILoggingEvent line) {
                if (line.getKeyValuePairs().contains(new KeyValuePair("path", path))) {
                    line.getMDCPropertyMap(); // it is of this thread
                    lines.add(line);
                }
            }
        };
        appender.start();
        Logger requests = (Logger) LoggerFactory.getLogger("tidemark.requests");
        requests.addAppender(appender);
        try {
            long before = gateway.bean(Hits.class).answers();
            for (String cache : List.of("fwd=uri-miss", "; hit; ttl=", "; hit; ttl=")) {
                gateway.send("GET", path, Headers.of("X-Request-Id", id(sampling, false)));
                String id = id(sampling, true);
                gateway.send("GET", path + "?q", Headers.of("X-Request-Id", id));
                ILoggingEvent line = lines.poll(30, TimeUnit.SECONDS);
                assertThat(line).isNotNull();
                assertThat(line.getMDCPropertyMap()).containsEntry("requestId", id);
                assertThat(line.getKeyValuePairs())
                        .contains(new KeyValuePair("method", "GET"), new KeyValuePair("status", 200))
                        .anyMatch(pair -> pair.key.equals("cache")
                                && String.valueOf(pair.value).contains(cache));
            }
            assertThat(gateway.bean(Hits.class).answers() - before).isGreaterThanOrEqualTo(2);
            assertThat(lines).isEmpty();
        } finally {
            requests.detachAppender(appender);
        }
    }

    private static String id(LogSampling sampling, boolean sampled) {
        return Stream.generate(RequestId::next)
                .filter(id -> sampling.includes(id) == sampled)
                .findFirst()
                .orElseThrow();
    }
}
