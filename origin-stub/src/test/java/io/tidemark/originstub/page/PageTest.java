package io.tidemark.originstub.page;

import static io.tidemark.originstub.Stub.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.originstub.Stub;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How the page of documents is served. What it does is seen in a browser, by the suite's tests. */
class PageTest {
    private static Stub stub;

    @BeforeAll
    static void start() {
        stub = new Stub();
    }

    @AfterAll
    static void stop() {
        stub.close();
    }

    @Test
    void itIsAskedForAnewAndItsLibrariesAreNot() throws Exception {
        HttpResponse<String> page = stub.get("/try/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<title>Edit together");
        assertThat(header(page, "Content-Type")).startsWith("text/html");
        assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");

        for (String part : new String[] {"start.js", "try.js", "stored.js", "worker.js"}) {
            HttpResponse<String> script = stub.get("/try/" + part);
            assertThat(script.statusCode()).as(part).isEqualTo(200);
            assertThat(header(script, "Content-Type")).contains("javascript");
            assertThat(header(script, "Cache-Control")).isEqualTo("no-cache");
        }

        HttpResponse<String> library = stub.get("/try/lib/one@1.0.0/one.js");
        assertThat(library.statusCode()).isEqualTo(200);
        assertThat(header(library, "Cache-Control")).contains("immutable").contains("max-age=31536000");
    }

    @Test
    void itsAddressEndsWithASlash() throws Exception {
        HttpResponse<String> moved = stub.get("/try");

        assertThat(moved.statusCode()).isEqualTo(302);
        assertThat(header(moved, "Location")).endsWith("/try/");
    }
}
