package io.tidemark.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.suite.client.Http;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** The dashboards ask for what a running suite shows, some of it from its first use on. */
@Order(53)
@DisabledIfSystemProperty(named = "suite.external", matches = "true", disabledReason = "asks management ports")
class DashboardsIT {
    @Test
    void everyMetricOfEachPanelIsThereWithTheLabelsThatSelectIt() throws Exception {
        String id = RunningSuite.newId();
        Products.readEu(id);
        assertThat(Webhook.purging("product:" + id).post("Prefer", "wait=15").statusCode())
                .isEqualTo(200);
        String write = Http.json(Writes.send("product.update", "{\"id\":\"" + id + "\",\"name\":\"shown\"}"))
                .path("writeId")
                .asString();
        Writes.awaitState(write, "delivered", Duration.ofSeconds(30));

        Scrape scrape = Scrape.ofAll();
        List<String> lacking = Dashboards.questions().stream()
                .flatMap(question -> question.lacking(scrape).stream())
                .toList();
        assertThat(lacking).isEmpty();
    }
}
