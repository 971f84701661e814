package io.tidemark.gateway.ops;

import io.tidemark.contracts.Inquiry;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.log.RememberedRequests;
import io.tidemark.gateway.server.AskedUrl;
import io.tidemark.gateway.server.RequestIdWebFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What is told of the remembered requests to those who ask the whole fleet. Thread-safe; blocks until the key is known. */
@Component
final class ToldRequests implements RememberedRequests {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final TypeReference<Map<String, @Nullable Object>> FIELDS = new TypeReference<>() {};

    private final RequestMemory memory;
    private final RecentPurges purges;
    private final UrlKeys keys;
    private final Map<String, String> gateway;
    private final JsonMapper mapper;

    ToldRequests(RequestMemory memory, RecentPurges purges, UrlKeys keys, GatewayIdentity gateway, JsonMapper mapper) {
        this.memory = memory;
        this.purges = purges;
        this.keys = keys;
        this.gateway = Map.of("region", gateway.region(), "colo", gateway.colo());
        this.mapper = mapper;
    }

    @Override
    public @Nullable Remembered find(Inquiry inquiry) {
        RequestMemory.Remembered request = request(inquiry);
        if (request == null) {
            return null;
        }
        boolean isOfTheRegion = request.trace().root().attribute(RequestIdWebFilter.KEEPS_TO) != null;
        return new Remembered(
                isOfTheRegion ? Map.of() : mapper.convertValue(RequestExplanation.of(request, purges, gateway), FIELDS),
                isOfTheRegion);
    }

    private RequestMemory.@Nullable Remembered request(Inquiry inquiry) {
        String id = inquiry.request();
        if (id != null) {
            return memory.find(id);
        }
        Instant upTo = inquiry.upTo();
        AskedUrl url = url(inquiry.url());
        UrlKeys.Keyed keyed = url == null
                ? null
                : keys.of(url).timeout(PATIENCE).onErrorComplete().block();
        return keyed == null || upTo == null ? null : memory.last(keyed.key(), upTo);
    }

    private static @Nullable AskedUrl url(@Nullable String text) {
        try {
            return text == null ? null : AskedUrl.parse(text);
        } catch (IllegalArgumentException noUrlHere) {
            return null;
        }
    }

    @Override
    public @Nullable Instant since() {
        return memory.since();
    }
}
