package io.tidemark.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.tidemark.gateway.server.ForwardedProperties.By;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressesTest {
    private static final List<String> PROXIES = List.of("10.0.0.0/8", "2001:db8:1::/48", "192.0.2.7");

    private static String client(By by, String peer, String... lines) {
        HttpHeaders fields = new DefaultHttpHeaders();
        for (String line : lines) {
            fields.add(by == By.FORWARDED ? "Forwarded" : "X-Forwarded-For", line);
        }
        return new ClientAddresses(new ForwardedProperties(PROXIES, by))
                .of(new InetSocketAddress(InetAddress.ofLiteral(peer), 4711), fields)
                .getHostAddress();
    }

    @ParameterizedTest(name = "from {0}, {1}: the client is {2}")
    @CsvSource(delimiter = '|', textBlock = """
        198.51.100.1 | 203.0.113.7                          | 198.51.100.1
        11.0.0.1     | 203.0.113.7                          | 11.0.0.1
        192.0.2.8    | 203.0.113.7                          | 192.0.2.8
        10.1.2.3     | 203.0.113.7                          | 203.0.113.7
        192.0.2.7    | 203.0.113.7                          | 203.0.113.7
        10.1.2.3     | 6.6.6.6, 203.0.113.7                 | 203.0.113.7
        10.1.2.3     | 6.6.6.6, 203.0.113.7 , 10.9.9.9      | 203.0.113.7
        10.1.2.3     | 10.9.9.9                             | 10.9.9.9
        10.1.2.3     | 203.0.113.7:5678                     | 203.0.113.7
        10.1.2.3     | [2001:db8:2::1]:80                   | 2001:db8:2:0:0:0:0:1
        10.1.2.3     | 2001:db8:2::1                        | 2001:db8:2:0:0:0:0:1
        10.1.2.3     | ::ffff:203.0.113.7                   | 203.0.113.7
        2001:db8:1::1| 203.0.113.7, 2001:db8:1:2::3         | 203.0.113.7
        10.1.2.3     | 203.0.113.7, unknown                 | 10.1.2.3
        10.1.2.3     | 203.0.113.7, evil.example, 10.9.9.9  | 10.9.9.9
        10.1.2.3     | ''                                   | 10.1.2.3
        10.1.2.3     | 203.0.113.7,                         | 10.1.2.3
        """)
    void thatTheProxiesName(String peer, String line, String client) {
        assertThat(client(By.X_FORWARDED_FOR, peer, line)).isEqualTo(client);
    }

    @ParameterizedTest(name = "RFC 7239: from {0}, {1}: the client is {2}")
    @CsvSource(delimiter = '|', textBlock = """
        198.51.100.1 | for=203.0.113.7                                   | 198.51.100.1
        10.1.2.3     | for=203.0.113.7;proto=https;by=10.0.0.1           | 203.0.113.7
        10.1.2.3     | proto=https;For="203.0.113.7:80"                  | 203.0.113.7
        10.1.2.3     | for=6.6.6.6, for="[2001:db8:2::1]", for=10.9.9.9  | 2001:db8:2:0:0:0:0:1
        10.1.2.3     | for=203.0.113.7, for=_hidden                      | 10.1.2.3
        10.1.2.3     | for=203.0.113.7, proto=http                       | 10.1.2.3
        """)
    void thatForwardedNames(String peer, String line, String client) {
        assertThat(client(By.FORWARDED, peer, line)).isEqualTo(client);
    }

    @Test
    void severalLinesAreOneList() {
        assertThat(client(By.X_FORWARDED_FOR, "10.1.2.3", "6.6.6.6", "203.0.113.7", "10.9.9.9, 10.9.9.8"))
                .isEqualTo("203.0.113.7");
    }

    @Test
    void theFieldThatTheProxiesDoNotSetNamesNobody() {
        HttpHeaders fields = new DefaultHttpHeaders().add("Forwarded", "for=6.6.6.6");
        assertThat(new ClientAddresses(new ForwardedProperties(PROXIES, By.X_FORWARDED_FOR))
                        .of(new InetSocketAddress(InetAddress.ofLiteral("10.1.2.3"), 1), fields)
                        .getHostAddress())
                .isEqualTo("10.1.2.3");
    }

    @Test
    void withoutProxiesThePeerIsTheClient() {
        HttpHeaders fields = new DefaultHttpHeaders().add("X-Forwarded-For", "6.6.6.6");
        ClientAddresses addresses = new ClientAddresses(new ForwardedProperties(List.of(), By.X_FORWARDED_FOR));
        assertThat(addresses
                        .of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1), fields)
                        .getHostAddress())
                .isEqualTo("127.0.0.1");
        assertThat(addresses.isTrusted(null)).isFalse();
    }

    @ParameterizedTest(name = "{0} is no range of addresses")
    @ValueSource(strings = {"", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "proxy.example", "::1/129", "10.0.0.0/"})
    void rangesAreChecked(String range) {
        assertThatThrownBy(() -> new ForwardedProperties(List.of(range), By.X_FORWARDED_FOR))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tidemark.forwarded.trusted");
    }
}
