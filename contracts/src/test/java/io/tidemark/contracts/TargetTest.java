package io.tidemark.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contracts.RecordCodec.UnreadableRecordException;
import io.tidemark.contracts.Target.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
    @ParameterizedTest(name = "the host of \"{0}\" is {1}")
    @CsvSource(nullValues = "-", textBlock = """
        shop.example,          shop.example
        SHOP.Example:8443,     shop.example
        shop.example.,         shop.example
        shop.example.:80,      shop.example
        shop.example:,         shop.example
        u@shop.example,        shop.example
        my_shop,               my_shop
        127.0.0.1,             127.0.0.1
        [::1]:8080,            [::1]
        [::1],                 [::1]
        '',                    -
        .,                     -
        ..,                    -
        .:80,                  -
        :80,                   -
        u@,                    -
        u@.,                   -
        [],                    -
        *,                     -
        *.example,             -
        a b,                   -
        a/b,                   -
        a?b,                   -
        a\\b,                  -
        a:b,                   -
        münchen.example,       -
        """)
    void aHost(String authority, @Nullable String host) {
        assertThat(Place.host(authority).orElse(null)).isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://./a",
                "http://:80/a",
                "http:///a",
                "http://",
                "http://u@/x",
                "http://u@./x",
                "http://../a",
                "http://*/a",
                "http://?a",
                "http://#a",
                "https://.:443/",
                "://shop.example/a",
                "not a url",
                "shop.example/a",
                "#/a",
                "?a",
                "*",
                "http:/shop.example/a",
                " http://. "
            })
    void aPlaceWithoutAValidHostIsNoTarget(String value) {
        for (Kind kind : List.of(Kind.URL, Kind.PREFIX, Kind.PATTERN)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Target(kind, value))
                    .withMessageContaining(value);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {".", ":80", "u@", "*", "shop.example/a", "http://shop.example", "a b"})
    void aHostTargetNamesOneHost(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Target(Kind.HOST, value))
                .withMessageContaining(value);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
        /a,                                  "",           /a
        //a/b?x,                             "",           //a/b?x
        https://Shop.Example.:8443/a?b#top,  shop.example, /a?b
        http://shop.example,                 shop.example, /
        http://shop.example?x,               shop.example, /?x
        """)
    void aPlaceIsTakenApart(String value, String host, String rest) {
        assertThat(Target.url(value).place()).isEqualTo(new Place(host, rest));
    }

    @ParameterizedTest
    @EnumSource(names = {"GROUP", "INVALID"})
    void nobodyAsksForWhatOnlyServicesMake(Kind kind) {
        assertThat(Kind.named(kind.label())).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Target.fromJson(java.util.Map.of(kind.label(), "a b c")))
                .withMessageContaining("unknown target");
    }

    @Test
    void aTargetWithoutAPlaceInTheLogIsShownAndHidesNoOther() {
        Purge purge = RecordCodec.PURGE.decode(record("""
            {"url":"http://./a"},{"host":":80"},{"tag":"t"},{"group":"shop.example origin g"}\
            """));

        assertThat(purge.targets())
                .containsExactly(
                        new Target(Kind.INVALID, "url http://./a"),
                        new Target(Kind.INVALID, "host :80"),
                        Target.tag("t"),
                        Target.group("shop.example", "origin", "g"));
        assertThat(RecordCodec.PURGE.decode(RecordCodec.PURGE.encode(purge))).isEqualTo(purge);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"tug\":\"a\"}",
                "{\"tag\":1}",
                "{\"tag\":\"\"}",
                "{\"all\":false}",
                "{\"group\":\"g\"}",
                "{}",
                "{\"tag\":\"a\",\"url\":\"/a\"}",
                "1",
                "null"
            })
    void whatMightBeOfALaterVersionIsStillUnreadable(String target) {
        assertThatThrownBy(() -> RecordCodec.PURGE.decode(record(target)))
                .isInstanceOf(UnreadableRecordException.class);
    }

    private static byte[] record(String targets) {
        return ("{\"schema\":1,\"id\":\"p\",\"source\":\"s\",\"targets\":[" + targets
                        + "],\"mode\":\"hard\",\"requestId\":null,\"publishedAt\":\"2026-01-01T00:00:00Z\"}")
                .getBytes(UTF_8);
    }
}
