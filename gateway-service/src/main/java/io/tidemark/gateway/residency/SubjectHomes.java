package io.tidemark.gateway.residency;

import io.tidemark.gateway.policy.HomeClaim;
import io.tidemark.gateway.server.ArrivedRequest;
import io.tidemark.gateway.session.Presented;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Where the person that a request is of is at home: what the user's token says, else the region that made the session, else the rule
 * for the host that is asked for. A token of either kind that cannot be trusted is of somebody whose home nobody knows. Thread-safe.
 */
final class SubjectHomes implements Residence.Rule {
    private final String region;
    private final HomeClaim claim;
    private final Presented.@Nullable Judge sessions;
    private final Map<String, String> hosts;

    /** @param sessions null where there are none */
    SubjectHomes(String region, HomeClaim claim, Presented.@Nullable Judge sessions, Map<String, String> hosts) {
        this.region = region;
        this.claim = claim;
        this.sessions = sessions;
        this.hosts = hosts;
    }

    @Override
    public Residence of(ServerHttpRequest request) {
        Presented session = sessions == null ? new Presented.Nothing() : sessions.of(request);
        if (session instanceof Presented.Bad) {
            return new Residence.Unknown();
        }
        boolean isBearer = session instanceof Presented.Good good && isBearer(request, good.text());
        return switch (isBearer ? new HomeClaim.Said.Nothing() : claim.of(request)) {
            case HomeClaim.Said.Region(String name) -> in(name);
            case HomeClaim.Said.Unusable _ -> new Residence.Unknown();
            case HomeClaim.Said.Nothing _ ->
                session instanceof Presented.Good shown ? in(shown.token().home()) : byHost(request);
        };
    }

    /** Whether it is the session's token that the request has as a bearer, which is none of a user. */
    private static boolean isBearer(ServerHttpRequest request, String token) {
        String shown = request.getHeaders().getFirst("Authorization");
        return shown != null && shown.endsWith(token);
    }

    private Residence byHost(ServerHttpRequest request) {
        String host = ArrivedRequest.of(request).forwarding().authority().host();
        return Optional.ofNullable(hosts.get(host)).map(this::in).orElseGet(Residence.Unknown::new);
    }

    private Residence in(String home) {
        return home.equals(region) ? new Residence.Here() : new Residence.Elsewhere(home);
    }
}
