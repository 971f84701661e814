package io.tidemark.commons.origins;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.origins.outliers.*}: when one of several addresses of an origin is left out. The last one never is.
 *
 * @param failures calls in a row without a response, or with a 502, 503 or 504; a connection that cannot be made is enough alone
 * @param leaveOut for how long, the first time; each time after without a response in between for as long more, up to
 *     {@value #MOST} times as long
 */
@ConfigurationPropertiesSource
public record OutlierSettings(
        @DefaultValue("5") int failures,
        @DefaultValue("10s") Duration leaveOut) {
    static final int MOST = 10;

    public OutlierSettings {
        check(failures >= 1, "failures must be at least 1: " + failures);
        check(leaveOut.isPositive(), "leave-out must be positive: " + leaveOut);
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("tidemark.origins.outliers." + what);
        }
    }
}
