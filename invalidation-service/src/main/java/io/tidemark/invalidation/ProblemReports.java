package io.tidemark.invalidation;

import io.tidemark.commons.problems.Problems;
import io.tidemark.commons.requests.RequestId;
import java.io.IOException;
import java.io.Writer;
import java.util.Locale;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** What Tomcat refuses before any servlet sees it, as an RFC 9457 problem instead of a page. */
final class ProblemReports extends ErrorReportValve {
    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        HttpStatus status = HttpStatus.resolve(response.getStatus());
        if (status == null || !status.isError() || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        String name = status.name().toLowerCase(Locale.ROOT).replace('_', '-');
        String problem = "{\"type\":\"" + Problems.type(name) + "\",\"title\":\"" + status.getReasonPhrase()
                + "\",\"status\":" + status.value() + ",\"detail\":\"the request is not one that this server reads\"}";
        response.setContentType("application/problem+json");
        response.setHeader(RequestId.HEADER, RequestId.next());
        try {
            Writer out = response.getReporter();
            if (out != null) {
                out.write(problem);
                response.finishResponse();
            }
        } catch (IOException gone) {
            getContainer().getLogger().debug("the client of a refused request has left", gone);
        }
    }
}
