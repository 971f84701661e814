package io.tidemark.local.suite;

import io.tidemark.local.suite.client.Http;
import java.io.IOException;
import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;

/** The stub's products, as read through a gateway and changed at the origin. */
final class Products {
    private Products() {}

    static String path(String id) {
        return "/api/products/" + id;
    }

    static HttpResponse<String> readEu(String id, String... headers) throws IOException, InterruptedException {
        return Http.get(RunningSuite.get().gatewayEu() + path(id), headers);
    }

    static HttpResponse<String> readUs(String id, String... headers) throws IOException, InterruptedException {
        return Http.get(RunningSuite.get().gatewayUs() + path(id), headers);
    }

    static HttpResponse<String> changeAtOrigin(String id, String name, String... headers)
            throws IOException, InterruptedException {
        return Http.send("PUT", RunningSuite.get().origin() + path(id), "{\"name\":\"" + name + "\"}", headers);
    }

    static String cacheStatus(HttpResponse<?> response) {
        return Http.header(response, "X-Cache-Status");
    }

    /** How often a path of the origin was called with GET. */
    static long originReads(String path) throws IOException, InterruptedException {
        long count = 0;
        for (JsonNode call :
                Http.json(Http.get(RunningSuite.get().origin() + "/stub/calls")).values()) {
            if (call.path("method").asString().equals("GET")
                    && call.path("path").asString().equals(path)) {
                count += call.path("count").asLong();
            }
        }
        return count;
    }

    static void setFault(String fault) throws IOException, InterruptedException {
        HttpResponse<String> answer = Http.send("PUT", RunningSuite.get().origin() + "/stub/faults", fault);
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException("fault refused: " + answer.body());
        }
    }

    static void clearFaults(String pathPrefix) throws IOException, InterruptedException {
        setFault("{\"path\":\"" + pathPrefix + "\"}");
    }
}
