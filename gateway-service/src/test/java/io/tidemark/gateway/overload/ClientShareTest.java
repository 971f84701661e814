package io.tidemark.gateway.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.overload.ClientLoads.Excess;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class ClientShareTest {
    @Test
    void eachClientHasItsShareOfRequestsAndUploads() {
        ClientLoads loads = new ClientLoads(3, 2);
        assertThat(loads.enter("a", true)).isEqualTo(Excess.NONE);
        assertThat(loads.enter("a", true)).isEqualTo(Excess.NONE);
        assertThat(loads.enter("a", true)).isEqualTo(Excess.UPLOADS);
        assertThat(loads.enter("a", false)).isEqualTo(Excess.NONE);
        assertThat(loads.enter("a", false)).isEqualTo(Excess.REQUESTS);
        assertThat(loads.enter("b", true)).isEqualTo(Excess.NONE);
        loads.leave("a", true);
        assertThat(loads.enter("a", true)).isEqualTo(Excess.NONE);
        for (boolean uploads : new boolean[] {true, true, false}) {
            loads.leave("a", uploads);
        }
        loads.leave("b", true);
        assertThat(loads.clients()).isZero();
    }

    @Test
    void connectionsAreLimitedInAllAndOfEach() {
        ConnectionLimit limit = new ConnectionLimit(4, 2);
        assertThat(limit.tryEnter("a")).isTrue();
        assertThat(limit.tryEnter("a")).isTrue();
        assertThat(limit.tryEnter("a")).isFalse();
        for (int i = 0; i < 2; i++) {
            assertThat(limit.tryEnter(ConnectionLimit.NO_CLIENT)).isTrue();
        }
        assertThat(limit.tryEnter("b")).isFalse();
        limit.left("a");
        assertThat(limit.tryEnter("b")).isTrue();
        assertThat(limit.open()).isEqualTo(4);
        assertThat(limit.refused()).isEqualTo(2);
    }

    @Test
    void oneNetworkOfSixIsOneClient() {
        assertThat(ClientKey.of(InetAddress.ofLiteral("2001:db8::1")))
                .isEqualTo(ClientKey.of(InetAddress.ofLiteral("2001:db8::ffff:1")))
                .isNotEqualTo(ClientKey.of(InetAddress.ofLiteral("2001:db8:0:1::1")));
        assertThat(ClientKey.of(InetAddress.ofLiteral("192.0.2.1")))
                .isNotEqualTo(ClientKey.of(InetAddress.ofLiteral("192.0.2.2")));
    }
}
