package io.tidemark.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.util.UriComponentsBuilder;

class RequestTargetTest {
    private static RequestTarget parse(String target) throws InvalidRequestException {
        return RequestTarget.parse(target, false);
    }

    @ParameterizedTest(name = "RFC 3986 §6.2.2: routes see {0} as {1}")
    @CsvSource({
        "/, /",
        "/a/b, /a/b",
        "/a/b/, /a/b/",
        "//account/me, /account/me",
        "/a//b///c, /a/b/c",
        "/static/../account/me, /account/me",
        "/static/%2e%2E/account/me, /account/me",
        "/./a/.//b/., /a/b/",
        "/../../a, /a",
        "/a/.., /",
        "/a/../, /",
        "/%61%2Db%7e, /a-b~",
        "/a%2fb%c3%bc, /a%2Fb%C3%BC",
        "/.well-known/..a/a.., /.well-known/..a/a..",
        "/proxy/https://x/y, /proxy/https:/x/y",
        "/{a}|^`<>[], /%7Ba%7D%7C%5E%60%3C%3E%5B%5D",
        "'/a\"b\\c', /a%22b%5Cc",
        "/100%, /100%25",
        "/a%2, /a%252",
        "/a%zz, /a%25zz",
        "/a;v=1/b, /a;v=1/b"
    })
    void onePathHasManySpellings(String path, String canonical) throws InvalidRequestException {
        RequestTarget target = parse(path);

        assertThat(target.path()).isEqualTo(path);
        assertThat(target.canonicalPath()).isEqualTo(canonical);
        assertThat(parse(canonical).canonicalPath()).isEqualTo(canonical);
        assertThat(URI.create("http://x" + canonical).getRawPath()).isEqualTo(canonical);
    }

    @ParameterizedTest(name = "{0} can be read in two ways")
    @ValueSource(
            strings = {
                "/static/..%2faccount",
                "/static/..%5Caccount",
                "/static/..\\account",
                "/a%2f..%2fb",
                "/a%2F%2e%2e",
                "/static/..;/account",
                "/static/.;x=1/account",
                "/..%2fa/../b",
                "/a%00.css"
            })
    void whatCanBeReadInTwoWaysIsRefusedUnlessItMayPass(String path) throws InvalidRequestException {
        assertThatThrownBy(() -> parse(path)).isInstanceOf(InvalidRequestException.class);
        assertThat(RequestTarget.parse(path, true).path()).isEqualTo(path);
    }

    @ParameterizedTest(name = "{0} is no request target")
    @ValueSource(strings = {"", "evil", "http://x/", "/a b", "/a#b", "/\u00fc", "/a?\u0001"})
    void whatIsNoTargetIsRefused(String target) {
        assertThatThrownBy(() -> parse(target)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void theOctetThatMayNotBeThereIsNamed() {
        assertThatThrownBy(() -> parse("/a\u00fc"))
                .hasMessageContaining("octet 3")
                .hasMessageContaining("0xFC");
    }

    @ParameterizedTest(name = "{0}: Spring leaves it alone")
    @ValueSource(
            strings = {
                "a=b=c%20d",
                "sig=ab%2Fcd==",
                "u=http://x/?a=b%20c",
                "a=100%",
                "a={1}",
                "p=a|b",
                "q=\"b\"",
                "a=1&&b=2",
                "%",
                "a=[1]^`\\"
            })
    void theCanonicalQueryIsEncodedAsAWhole(String query) throws InvalidRequestException {
        RequestTarget target = parse("/?" + query);

        assertThat(target.query()).isEqualTo(query);
        URI uri = URI.create("http://x/?" + target.canonicalQuery());
        assertThat(uri.getRawQuery()).isEqualTo(target.canonicalQuery());
        assertThat(UriComponentsBuilder.fromUri(uri).build(true).toUri().getRawQuery())
                .doesNotContain("%25%", "%252");
    }

    @ParameterizedTest(name = "{0}, which filters make {1}, goes as {2}")
    @CsvSource({
        "/api//a%62, /api/ab, /api//a%62",
        "/api//a%62, /ab, //a%62",
        "/api/../api/./%61, /a, /./%61",
        "/a/b/../c^d, /x/a/c%5Ed, /x/a/b/../c^d",
        "//a/, /v1/a/, /v1//a/",
        "//a/, /v1/b/, /v1/b/",
        "/%61b, /cab, /cab",
        "/api//, /, //",
        "/api//x, /other, /other",
        "/plain/a, /a, /a"
    })
    void whatFiltersLeaveGoesAsItCame(String path, String rewritten, String sent) throws InvalidRequestException {
        assertThat(parse(path).pathAsRewritten(rewritten)).isEqualTo(sent);
    }

    @Test
    void whatFiltersAddToTheQueryIsAdded() throws InvalidRequestException {
        RequestTarget target = parse("/?a=b=c&&d");
        String canonical = String.valueOf(target.canonicalQuery());

        assertThat(target.queryAsRewritten(canonical, target.query())).isEqualTo("a=b=c&&d");
        assertThat(target.queryAsRewritten(canonical + "&x=1", target.query())).isEqualTo("a=b=c&&d&x=1");
        assertThat(target.queryAsRewritten("x=1", target.query())).isEqualTo("x=1");
        assertThat(target.queryAsRewritten(null, target.query())).isNull();
        assertThat(parse("/?").queryAsRewritten(null, "")).isEmpty();
        assertThat(parse("/").queryAsRewritten(null, null)).isNull();
        assertThat(parse("/").queryAsRewritten("x=1", null)).isEqualTo("x=1");
    }
}
