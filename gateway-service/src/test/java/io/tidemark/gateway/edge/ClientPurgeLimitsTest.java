package io.tidemark.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClientPurgeLimitsTest {
    private final AtomicLong now = new AtomicLong();

    private ClientPurgeLimits limits(int perClient, int perSecond, int pending) {
        return new ClientPurgeLimits(new ClientPurgeProperties(true, perClient, perSecond, pending), now::get);
    }

    private static long entered(ClientPurgeLimits limits, String address, int times) {
        return IntStream.range(0, times)
                .filter(_ -> {
                    ClientPurgeLimits.Place place = limits.enter(address(address));
                    if (place != null) {
                        place.end();
                    }
                    return place != null;
                })
                .count();
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    @Test
    void aClientHasItsRateAndTwiceThatAtOnce() {
        ClientPurgeLimits limits = limits(10, 1000, 1000);

        assertThat(entered(limits, "192.0.2.1", 100)).isEqualTo(20);
        assertThat(entered(limits, "192.0.2.2", 5)).isEqualTo(5);
        now.addAndGet(Duration.ofMillis(500).toNanos());
        assertThat(entered(limits, "192.0.2.1", 100)).isEqualTo(5);
        now.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(entered(limits, "192.0.2.1", 100)).isEqualTo(20);
    }

    @Test
    void allClientsTogetherHaveOne() {
        ClientPurgeLimits limits = limits(100, 10, 1000);

        assertThat(entered(limits, "192.0.2.1", 15)).isEqualTo(15);
        assertThat(entered(limits, "192.0.2.2", 15)).isEqualTo(5);
    }

    @Test
    void whatIsUnderWayIsCountedUntilItEnds() {
        ClientPurgeLimits limits = limits(1000, 1000, 3);
        List<ClientPurgeLimits.Place> places = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            places.add(limits.enter(address("192.0.2.1")));
        }
        places.add(places.getFirst().another());

        assertThat(limits.enter(address("192.0.2.1"))).isNull();
        assertThat(limits.enter(address("192.0.2.2"))).isNotNull();
        places.forEach(ClientPurgeLimits.Place::end);
        assertThat(entered(limits, "192.0.2.1", 3)).isEqualTo(3);
    }

    @Test
    void addressesThatAClientMayChooseFromAreOne() {
        ClientPurgeLimits limits = limits(1, 1000, 1000);

        assertThat(entered(limits, "2001:db8::1", 5)).isEqualTo(2);
        assertThat(entered(limits, "2001:db8::2", 5)).isZero();
        assertThat(entered(limits, "2001:db8:0:1::1", 5)).isEqualTo(2);
    }

    @Test
    void limitsNameTheirProperty() {
        assertThatThrownBy(() -> limits(0, 1, 1)).hasMessageContaining("tidemark.client-purges.per-client");
        assertThatThrownBy(() -> limits(1, 0, 1)).hasMessageContaining("tidemark.client-purges.per-second");
        assertThatThrownBy(() -> limits(1, 1, 0)).hasMessageContaining("tidemark.client-purges.pending-per-client");
    }
}
