package io.tidemark.commons.origins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginAddressesTest {
    private static final Duration LEAVE_OUT = Duration.ofSeconds(10);

    private long now;
    private final OriginAddresses origin =
            new OriginAddresses("shop:80", 80, new OutlierSettings(3, LEAVE_OUT), () -> now);

    private static List<InetAddress> addresses(String... literals) {
        return Stream.of(literals)
                .map(literal -> {
                    try {
                        return InetAddress.getByName(literal);
                    } catch (UnknownHostException none) {
                        throw new IllegalArgumentException(literal, none);
                    }
                })
                .toList();
    }

    private OriginAddress at(String literal) {
        return origin.all().stream()
                .filter(address -> address.socket.getAddress().getHostAddress().equals(literal))
                .findFirst()
                .orElseThrow();
    }

    private List<String> order() {
        return origin.order().stream()
                .map(InetSocketAddress::getAddress)
                .map(InetAddress::getHostAddress)
                .toList();
    }

    /** Where the next connections go to. */
    private List<String> next(int connections) {
        List<String> next = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            next.add(order().getFirst());
        }
        return next;
    }

    @Test
    void theyTakeTurnsInWhateverOrderTheNameServerAnswers() {
        origin.found(addresses("10.0.0.2", "10.0.0.1"));
        assertThat(next(2)).containsExactlyInAnyOrder("10.0.0.1", "10.0.0.2");
        assertThat(origin.found(addresses("10.0.0.1", "10.0.0.2"))).isFalse();
        assertThat(next(3)).containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.1");
    }

    @Test
    void theSecondFamilyIsTriedWhenNoneOfTheFirstAnswers() {
        origin.found(addresses("10.0.0.1", "10.0.0.2", "2001:db8::1"));
        assertThat(next(4)).doesNotContain("2001:db8:0:0:0:0:0:1");
        assertThat(order()).hasSize(3).last().isEqualTo("2001:db8:0:0:0:0:0:1");
        at("10.0.0.1").refused();
        at("10.0.0.2").refused();
        assertThat(order()).hasSize(3).first().isEqualTo("2001:db8:0:0:0:0:0:1");
    }

    @Test
    void connectionsToAnAddressThatIsGoneAreLetGo() {
        origin.found(addresses("10.0.0.1"));
        OriginAddress gone = at("10.0.0.1");
        assertThat(gone.isLetGo()).isFalse();
        assertThat(origin.found(addresses("10.0.0.2"))).isTrue();
        assertThat(gone.isLetGo()).isTrue();
        assertThat(at("10.0.0.2").isLetGo()).isFalse();
        origin.found(addresses("10.0.0.1"));
        assertThat(at("10.0.0.1").isLetGo()).as("it is another one now").isFalse();
    }

    @Test
    void oneThatRefusesIsLeftOutTriedLastAndTakesItsTurnAgainAfterAWhile() {
        origin.found(addresses("10.0.0.1", "10.0.0.2"));
        at("10.0.0.1").refused();
        assertThat(next(3)).containsOnly("10.0.0.2");
        assertThat(order()).containsExactly("10.0.0.2", "10.0.0.1");
        assertThat(at("10.0.0.1").isLetGo()).isTrue();
        assertThat(origin.leftOut()).isEqualTo(1);
        now += LEAVE_OUT.toNanos();
        assertThat(next(2)).containsExactlyInAnyOrder("10.0.0.1", "10.0.0.2");
        assertThat(at("10.0.0.1").isLetGo()).isFalse();
    }

    @Test
    void eachTimeItIsLeftOutForLongerUntilItAnswers() {
        origin.found(addresses("10.0.0.1", "10.0.0.2"));
        at("10.0.0.1").refused();
        now += LEAVE_OUT.toNanos();
        order();
        at("10.0.0.1").refused();
        now += LEAVE_OUT.toNanos();
        assertThat(next(2)).containsOnly("10.0.0.2");
        now += LEAVE_OUT.toNanos();
        order();
        at("10.0.0.1").answered(200);
        at("10.0.0.1").refused();
        now += LEAVE_OUT.toNanos();
        assertThat(next(2)).contains("10.0.0.1");
    }

    @Test
    void noneIsLetGoWhereAllFail() {
        origin.found(addresses("10.0.0.1", "10.0.0.2"));
        at("10.0.0.1").refused();
        at("10.0.0.2").refused();
        assertThat(order()).containsExactlyInAnyOrder("10.0.0.1", "10.0.0.2");
        assertThat(at("10.0.0.1").isLetGo()).isFalse();
        assertThat(at("10.0.0.2").isLetGo()).isFalse();
    }

    @Test
    void theOnlyOneIsNeverLeftOut() {
        origin.found(addresses("10.0.0.1"));
        at("10.0.0.1").refused();
        assertThat(origin.leftOut()).isZero();
        assertThat(order()).containsExactly("10.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({"502, true", "503, true", "504, true", "500, false", "404, false", "200, false"})
    void aRowOfStatusesThatSayThatItIsNotThereLeavesItOut(int status, boolean leftOut) {
        origin.found(addresses("10.0.0.1", "10.0.0.2"));
        at("10.0.0.1").answered(status);
        at("10.0.0.1").answered(status);
        assertThat(origin.leftOut()).isZero();
        at("10.0.0.1").answered(status);
        assertThat(origin.leftOut() == 1).isEqualTo(leftOut);
    }

    @Test
    void anAnswerInBetweenBeginsTheRowAnew() {
        origin.found(addresses("10.0.0.1", "10.0.0.2"));
        at("10.0.0.1").failed();
        at("10.0.0.1").failed();
        at("10.0.0.1").answered(200);
        at("10.0.0.1").failed();
        assertThat(origin.leftOut()).isZero();
    }

    @Test
    void oneThatFailsItsHealthChecksIsLeftOutUntilItPassesThem() {
        origin.found(addresses("10.0.0.1", "10.0.0.2"));
        at("10.0.0.1").healthy(false);
        now += LEAVE_OUT.multipliedBy(100).toNanos();
        assertThat(next(2)).containsOnly("10.0.0.2");
        assertThat(at("10.0.0.1").isLetGo()).isTrue();
        at("10.0.0.1").healthy(true);
        assertThat(next(2)).contains("10.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.2,        10.0.0.2,            53",
        "10.0.0.2:5353,   10.0.0.2,            5353",
        "[2001:db8::1]:5, 2001:db8:0:0:0:0:0:1, 5",
        "2001:db8::1,     2001:db8:0:0:0:0:0:1, 53"
    })
    void nameServersAreAddresses(String server, String address, int port) {
        InetSocketAddress parsed = new DnsSettings(
                        List.of(server), Duration.ofSeconds(1), Duration.ZERO, Duration.ofSeconds(1))
                .addresses()
                .getFirst();
        assertThat(parsed.getAddress().getHostAddress()).isEqualTo(address);
        assertThat(parsed.getPort()).isEqualTo(port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dns.example", "10.0.0.2:port", "", "10.0.0.2/24"})
    void otherNameServersAreRefused(String server) {
        assertThatThrownBy(() ->
                        new DnsSettings(List.of(server), Duration.ofSeconds(1), Duration.ZERO, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tidemark.origins.dns.servers");
    }
}
