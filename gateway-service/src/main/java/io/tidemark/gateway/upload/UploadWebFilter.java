package io.tidemark.gateway.upload;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.problems.Problems;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.gateway.origin.OriginClient;
import io.tidemark.gateway.origin.TimeoutScheduler;
import io.tidemark.gateway.origin.UploadFailure;
import io.tidemark.gateway.overload.HeldBytes;
import io.tidemark.gateway.overload.HeldFor;
import java.net.URI;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the content of each request an {@link Upload}, on every route, and answers for what fails there: 400 for broken framing,
 * 408 for a client that is too slow, 503 where there is no memory to collect it in; 499, which nobody sees, for a client that has
 * left. The connection ends after each. Counted as {@code tidemark.uploads.failed{reason}}; never logged as anybody's error.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 3) // after admission
@EnableConfigurationProperties(UploadProperties.class)
final class UploadWebFilter implements WebFilter {
    private static final HttpStatusCode CLIENT_CLOSED_REQUEST = HttpStatusCode.valueOf(499);

    private final UploadLimits limits;
    private final HeldBytes bytes;
    private final OriginClient origins;
    private final MeterRegistry metrics;
    private final JsonMapper mapper;

    UploadWebFilter(
            UploadProperties properties,
            HeldBytes bytes,
            OriginClient origins,
            MeterRegistry metrics,
            JsonMapper mapper) {
        this.limits = properties.toLimits();
        this.bytes = bytes;
        this.origins = origins;
        this.metrics = metrics;
        this.mapper = mapper;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!hasContent(exchange.getRequest().getHeaders())) {
            return chain.filter(exchange);
        }
        Upload upload = new Upload(
                limits,
                bytes.account(HeldFor.CONTENTS),
                TimeoutScheduler.shared(),
                System::nanoTime,
                () -> exchange.getAttribute(GATEWAY_REQUEST_URL_ATTR) instanceof URI uri && origins.isAwaited(uri));
        return upload.collect(exchange.getRequest().getBody())
                .then(Mono.defer(() -> chain.filter(exchange.mutate()
                        .request(new Uploading(exchange.getRequest(), upload))
                        .build())))
                .onErrorResume(UploadFailure.class, failure -> failed(exchange.getResponse(), failure))
                .doFinally(how -> {
                    count(upload, how);
                    upload.close();
                });
    }

    /** Once, however the client's leaving is told: as the content's failure, or by giving the request up. */
    private void count(Upload upload, SignalType how) {
        UploadFailure failure = upload.failure();
        UploadFailure.Reason reason = failure != null
                ? failure.reason()
                : how == SignalType.CANCEL && upload.isUnderWay() ? UploadFailure.Reason.CLIENT_LEFT : null;
        if (reason != null) {
            metrics.counter("tidemark.uploads.failed", "reason", reason.label()).increment();
        }
    }

    private static boolean hasContent(HttpHeaders fields) {
        return fields.containsHeader(HttpHeaders.TRANSFER_ENCODING)
                || (fields.containsHeader(HttpHeaders.CONTENT_LENGTH)
                        && !"0".equals(fields.getFirst(HttpHeaders.CONTENT_LENGTH)));
    }

    private Mono<Void> failed(ServerHttpResponse response, UploadFailure failure) {
        if (response.isCommitted()) {
            return Mono.error(failure); // which ends the connection
        }
        String id = response.getHeaders().getFirst(RequestId.HEADER);
        response.getHeaders().clear();
        response.getHeaders().set(RequestId.HEADER, id);
        response.getHeaders().set(HttpHeaders.CONNECTION, "close");
        return switch (failure.reason()) {
            case CLIENT_LEFT -> {
                response.setStatusCode(CLIENT_CLOSED_REQUEST);
                yield response.setComplete().onErrorComplete();
            }
            case CLIENT_MALFORMED ->
                answer(
                        response,
                        HttpStatus.BAD_REQUEST,
                        "malformed-content",
                        "The request's content is malformed",
                        "its framing is broken: a chunk, or its length");
            case CLIENT_SLOW ->
                answer(
                        response,
                        HttpStatus.REQUEST_TIMEOUT,
                        "upload-timeout",
                        "The request's content did not come in time",
                        "nothing came for too long, or too little");
            case NO_ROOM -> {
                response.getHeaders().set(HttpHeaders.RETRY_AFTER, "1");
                yield answer(
                        response,
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "uploads-full",
                        "Too many requests with content are under way",
                        "there is no memory to collect this one in; it went nowhere");
            }
        };
    }

    private Mono<Void> answer(
            ServerHttpResponse response, HttpStatus status, String type, String title, String detail) {
        ProblemDetail problem = Problems.of(status, type, title, detail);
        response.setStatusCode(status);
        response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        byte[] body = mapper.writeValueAsBytes(problem);
        response.getHeaders().setContentLength(body.length);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    private static final class Uploading extends ServerHttpRequestDecorator {
        private final Upload upload;

        Uploading(ServerHttpRequest request, Upload upload) {
            super(request);
            this.upload = upload;
        }

        @Override
        public Flux<DataBuffer> getBody() {
            return upload;
        }
    }
}
