package io.tidemark.gateway.analytics;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tidemark.gateway.identity.GatewayIdentity;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Records as lines of JSON, with the gateway that answered. Immutable. */
final class AnalyticsLines {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final String region;
    private final String colo;

    AnalyticsLines(GatewayIdentity gateway) {
        this.region = gateway.region();
        this.colo = gateway.colo();
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Line(
            Instant time,
            String region,
            String colo,
            String method,
            @Nullable String route,
            @Nullable String cache,
            int status,
            @Nullable Long bytes,
            @Nullable String dataVersion,
            @Nullable Long ageMs,
            @Nullable Long originMicros,
            long tookMicros) {}

    byte[] line(AnsweredRequest request) {
        return MAPPER.writeValueAsBytes(new Line(
                Instant.ofEpochMilli(request.timeMillis()),
                region,
                colo,
                request.method(),
                request.route(),
                request.cache(),
                request.status(),
                known(request.bytes()),
                request.dataVersion(),
                known(request.ageMillis()),
                known(request.originMicros()),
                request.tookMicros()));
    }

    private static @Nullable Long known(long number) {
        return number == AnsweredRequest.UNKNOWN ? null : (Long) number;
    }

    byte[] lines(List<AnsweredRequest> requests) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream(256 * requests.size());
        for (AnsweredRequest request : requests) {
            lines.writeBytes(line(request));
            lines.write('\n');
        }
        return lines.toByteArray();
    }
}
