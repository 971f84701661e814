package io.tidemark.gateway.origin;

import java.time.Duration;

/**
 * How long an origin may take.
 *
 * @param connect until the connection stands
 * @param firstByte from the request's end to the response's head
 * @param whole from the start to the response's last byte
 */
public record OriginTimeouts(Duration connect, Duration firstByte, Duration whole) {
    /** 2 s to connect, 15 s to the head, 60 s for the whole. */
    public static final OriginTimeouts DEFAULT =
            new OriginTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(15), Duration.ofSeconds(60));

    public OriginTimeouts {
        if (!connect.isPositive() || !firstByte.isPositive() || !whole.isPositive()) {
            throw new IllegalArgumentException(
                    "timeouts must be positive: connect " + connect + ", first-byte " + firstByte + ", whole " + whole);
        }
    }
}
