package io.tidemark.invalidation.explanations;

import io.tidemark.commons.problems.Problems;
import io.tidemark.commons.requests.RequestIdFilter;
import io.tidemark.invalidation.explanations.Explanations.Outcome;
import java.time.InstantSource;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code GET /v1/explain?request=<id>} and {@code ?url=<url>&at=<time>} on the management port, which is never public: what became
 * of a request, by all gateways. Named in {@code META-INF/spring}, and no component: the service's own port is not to have it.
 */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
class ExplanationsManagement {
    static final String PATH = "/v1/explain";

    @Bean
    FilterRegistrationBean<RequestIdFilter> explanationRequestIds(RequestIdFilter requestIds) {
        FilterRegistrationBean<RequestIdFilter> registration = new FilterRegistrationBean<>(requestIds);
        registration.addUrlPatterns(PATH);
        return registration;
    }

    @Bean
    RouterFunction<ServerResponse> explanationFunctions(
            Explanations explanations, InstantSource clock, JsonMapper mapper) {
        return RouterFunctions.route()
                .GET(PATH, request -> new Asking(explanations, clock, mapper).answer(request))
                .build();
    }

    private record Asking(Explanations explanations, InstantSource clock, JsonMapper mapper) {
        ServerResponse answer(ServerRequest request) {
            Asked asked;
            try {
                asked = Asked.of(
                        request.param("request").orElse(null),
                        request.param("url").orElse(null),
                        request.param("at").orElse(null),
                        clock.instant());
            } catch (IllegalArgumentException malformed) {
                return problem(Problems.of(
                        HttpStatus.BAD_REQUEST,
                        "malformed-question",
                        "The question cannot be read",
                        String.valueOf(malformed.getMessage())));
            }
            return switch (explanations.ask(asked)) {
                case Outcome.Answered(FleetExplanation explanation) ->
                    explanation.isUnknown()
                            ? problem(unknown(asked, explanation))
                            : json(200, MediaType.APPLICATION_JSON, explanation);
                case Outcome.TooMany(int atOnce) ->
                    problem(Problems.of(
                            HttpStatus.TOO_MANY_REQUESTS,
                            "too-many-questions",
                            "The gateways are being asked",
                            atOnce
                                    + " questions are under way (tidemark.explanations.at-once); ask again in"
                                    + " a moment"));
                case Outcome.Unasked _ ->
                    problem(Problems.of(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "gateways-unasked",
                            "The gateways could not be asked",
                            "Kafka, by which they are asked, is out of reach; each gateway answers for itself at"
                                    + " /actuator/explain on its management port"));
            };
        }

        private static ProblemDetail unknown(Asked asked, FleetExplanation explanation) {
            ProblemDetail problem = Problems.of(
                    HttpStatus.NOT_FOUND,
                    "not-remembered",
                    "Nothing is remembered of it",
                    "no gateway that answered remembers " + asked.text()
                            + ": it never came there, it is forgotten, or it"
                            + " was one of the hits that are not remembered (tidemark.explain.*)"
                            + (explanation.complete() ? "" : "; and not all have answered"));
            problem.setProperty("gateways", explanation.gateways());
            problem.setProperty("silent", explanation.silent());
            return problem;
        }

        private ServerResponse problem(ProblemDetail problem) {
            return json(problem.getStatus(), MediaType.APPLICATION_PROBLEM_JSON, problem);
        }

        private ServerResponse json(int status, MediaType type, Object value) {
            return ServerResponse.status(status)
                    .contentType(type)
                    .header(HttpHeaders.CACHE_CONTROL, "no-store")
                    .body(mapper.writeValueAsBytes(value));
        }
    }
}
