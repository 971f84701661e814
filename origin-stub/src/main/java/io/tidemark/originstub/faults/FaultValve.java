package io.tidemark.originstub.faults;

import io.tidemark.commons.problems.Problems;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.originstub.calls.CallCounter;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Counts each request and makes it suffer the fault of its path, before any other code sees it. A valve, because only
 * the container can close a connection without an answer.
 */
@Component
final class FaultValve extends ValveBase implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
    private final CallCounter counter;
    private final Faults faults;
    private final JsonMapper mapper;
    private final RandomGenerator random = RandomGenerator.getDefault();

    FaultValve(CallCounter counter, Faults faults, JsonMapper mapper) {
        super(true);
        this.counter = counter;
        this.faults = faults;
        this.mapper = mapper;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addEngineValves(this);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        String path = request.getRequestURI();
        if (path.startsWith("/stub/") || path.startsWith("/actuator")) {
            getNext().invoke(request, response);
            return;
        }
        var inForce = faults.of(path);
        counter.count(request.getMethod(), path);
        if (inForce.isPresent()) {
            suffer(inForce.get(), request, response);
        } else {
            getNext().invoke(request, response);
        }
    }

    private void suffer(Faults.InForce inForce, Request request, Response response)
            throws IOException, ServletException {
        Fault fault = inForce.fault();
        try {
            inForce.await(fault.latency());
            if (fault.hang()) {
                inForce.await(faults.maxHang());
                close(response, null);
                return;
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            close(response, stopping);
            return;
        }
        if (fault.disconnect()) {
            disconnect(request, response);
        } else if (fault.status() != 0 && random.nextDouble() < fault.rate()) {
            answer(fault.status(), request, response);
        } else {
            getNext().invoke(request, response);
        }
    }

    /** As often before anything happened as after it, in the middle of the answer. */
    private void disconnect(Request request, Response response) throws IOException, ServletException {
        if (random.nextBoolean()) {
            close(response, null);
            return;
        }
        response.setSuspended(true); // what the application answers goes nowhere, what it does is done
        getNext().invoke(request, response);
        response.setSuspended(false);
        try {
            response.setStatus(HttpStatus.OK.value());
            response.setContentType(MediaType.APPLICATION_JSON_VALUE);
            response.setContentLength(1000);
            response.getOutputStream().write('{');
            response.flushBuffer();
        } catch (IOException gone) {
            // the client was faster
        }
        close(response, null);
    }

    private void answer(int status, Request request, Response response) throws IOException {
        String id = RequestId.of(request.getHeader(RequestId.HEADER));
        response.setStatus(status);
        response.setHeader(RequestId.HEADER, id);
        if (status == HttpStatus.NO_CONTENT.value() || status == HttpStatus.NOT_MODIFIED.value()) {
            return;
        }
        HttpStatus known = HttpStatus.resolve(status);
        var problem = Problems.of(
                known == null ? HttpStatus.INTERNAL_SERVER_ERROR : known,
                "fault-on-demand",
                "Fault on demand",
                "a fault of this path is in force");
        problem.setStatus(status);
        byte[] body = mapper.writeValueAsString(problem).getBytes(StandardCharsets.UTF_8);
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static void close(Response response, @Nullable Exception cause) {
        response.getCoyoteResponse().action(ActionCode.CLOSE_NOW, cause);
        response.setSuspended(true);
    }
}
