package io.tidemark.gateway.documents.regions;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Documents of two regions. One start of the gateways serves all parts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class RegionsTest {
    private TwoRegions regions;

    @BeforeAll
    void start() {
        regions = new TwoRegions();
    }

    @AfterAll
    void stop() {
        regions.close();
    }

    @Nested
    class Telling extends RegionsTelling {
        Telling() {
            super(regions);
        }
    }

    @Nested
    class Apart extends RegionsApart {
        Apart() {
            super(regions);
        }
    }

    @Nested
    class Erasing extends RegionsErasing {
        Erasing() {
            super(regions);
        }
    }

    @Nested
    class Sealing extends RegionsSealing {
        Sealing() {
            super(regions);
        }
    }

    @Nested
    class Origin extends OriginHearing {
        Origin() {
            super(regions);
        }
    }
}
