package io.tidemark.gateway.erase;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** One eraser works for the gateways of its region, of whatever version: it must look where they wrote. */
class IndexKeysTest {
    @Test
    void areThoseOfEver() {
        assertThat(IndexKeys.tag("product:42")).isEqualTo("tidemark:tag:{product:42}");
        assertThat(IndexKeys.path("/a/b")).isEqualTo("tidemark:path:{/a/b}");
        String digest = "sha256-84a0678c90937f5dcf9994d5866668da6b995109c8ad845410559b48a4ecafed";
        assertThat(IndexKeys.tag("x".repeat(201))).isEqualTo("tidemark:tag:{" + digest + '}');
        assertThat(IndexKeys.path("x".repeat(201))).isEqualTo("tidemark:path:{" + digest + '}');
        assertThat(IndexKeys.tag("x".repeat(200))).isEqualTo("tidemark:tag:{" + "x".repeat(200) + '}');
    }
}
