package io.tidemark.writequeue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.writequeue.status.Fingerprint;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What tells whether a request is a repeated one: all versions must make the same of it. */
class WriteIdsTest {
    @Test
    void areDerivedAsEver() {
        assertThat(WriteIds.derived("ann", "k1")).isEqualTo("2efd9ff006a666c0b1431747af301283");
    }

    /** As the service of 2026-11-22 put them into Redis. */
    @Test
    void fingerprintsAreThoseOfEver() {
        JsonMapper json = new JsonMapper();
        assertThat(Fingerprint.of("order.place", json.readTree("{\"n\": 1, \"customerId\": \"mixed-1\"}")))
                .isEqualTo("1981565ea4a7b38659432e352402c9cc");
        assertThat(Fingerprint.of("product.update", json.readTree("{\"id\":\"mixed-1-dead\",\"name\":\"redriven\"}")))
                .isEqualTo("74aed8c6a403cdb2ac9bc5476d4b1b9c");
    }
}
