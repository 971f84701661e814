package io.tidemark.invalidation.console;

import static org.springframework.web.servlet.function.RequestPredicates.path;
import static org.springframework.web.servlet.function.RouterFunctions.route;

import io.tidemark.commons.json.MalformedJsonException;
import io.tidemark.commons.problems.Problems;
import io.tidemark.commons.problems.Shown;
import io.tidemark.invalidation.console.ConsoleProperties.Role;
import io.tidemark.invalidation.webhooks.RefusedException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** What the console serves: its files, and below {@code api} what they ask for. Who may is judged before. */
class ConsoleRoutes {
    private static final Logger log = LoggerFactory.getLogger(ConsoleRoutes.class);
    private static final String API = ConsoleSecurity.API;
    private static final String FILES = "console/";

    private final FeedStreams streams;
    private final ConsoleProperties properties;

    ConsoleRoutes(FeedStreams streams, ConsoleProperties properties) {
        this.streams = streams;
        this.properties = properties;
    }

    RouterFunction<ServerResponse> all() {
        RouterFunction<ServerResponse> api = route().GET(API + "/me", this::me)
                .GET(API + "/events", _ -> streams.open(FeedStreams.LONGEST))
                .route(path(API + "/**"), ConsoleRoutes::unknown)
                .onError(RefusedException.class, (refused, _) -> refused((RefusedException) refused))
                .onError(
                        MalformedJsonException.class,
                        (malformed, _) -> problem(((MalformedJsonException) malformed).problem(), new HttpHeaders()))
                .onError(RuntimeException.class, (bug, _) -> bug(bug))
                .build();
        return route().GET(
                        ConsoleManagement.PATH,
                        _ -> ServerResponse.temporaryRedirect(URI.create(ConsoleManagement.PATH + "/"))
                                .build())
                .GET(
                        ConsoleManagement.PATH + "/",
                        _ -> ServerResponse.ok()
                                .contentType(MediaType.TEXT_HTML)
                                .cacheControl(CacheControl.noCache())
                                .body(new ClassPathResource(FILES + "index.html")))
                .add(api)
                .add(RouterFunctions.resources(
                        ConsoleManagement.PATH + "/**", new ClassPathResource(FILES), ConsoleRoutes::askAnew))
                .build();
    }

    private static void askAnew(Resource file, HttpHeaders headers) {
        headers.setCacheControl(CacheControl.noCache());
    }

    /** Who is asking: null where nobody is logged in and somebody must be. */
    private ServerResponse me(ServerRequest request) {
        Map<String, Object> me = new TreeMap<>();
        Authentication known = SecurityContextHolder.getContext().getAuthentication();
        List<String> roles = known == null
                ? List.of()
                : known.getAuthorities().stream()
                        .map(GrantedAuthority::getAuthority)
                        .filter(Objects::nonNull)
                        .toList();
        boolean operates = roles.contains("ROLE_" + Role.OPERATING);
        boolean reads = operates || roles.contains("ROLE_" + Role.READING);
        me.put("name", reads && known != null ? known.getName() : "");
        me.put("reads", reads);
        me.put("operates", operates);
        me.put("logsIn", !properties.open());
        me.put("closed", !properties.open() && properties.users().isEmpty());
        return ServerResponse.ok().cacheControl(CacheControl.noStore()).body(me);
    }

    private static ServerResponse unknown(ServerRequest request) {
        throw new RefusedException(
                HttpStatus.NOT_FOUND,
                "not-found",
                "There is no such thing",
                "the console has no " + request.method() + ' ' + Shown.of(request.path()));
    }

    private static ServerResponse refused(RefusedException refused) {
        return problem(refused.problem(), refused.headers());
    }

    private static ServerResponse bug(Throwable bug) {
        log.error("a request of the console failed", bug);
        return problem(
                Problems.of(
                        HttpStatus.INTERNAL_SERVER_ERROR,
                        "internal-error",
                        "The request failed",
                        "the service's log says why, under the X-Request-Id of this answer"),
                new HttpHeaders());
    }

    private static ServerResponse problem(ProblemDetail problem, HttpHeaders headers) {
        return ServerResponse.status(problem.getStatus())
                .headers(all -> all.addAll(headers))
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}
