package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InvalidationTest {
    @ParameterizedTest(name = "§4.4: {0} answered {1} invalidates: {2}")
    @CsvSource({
        "POST,200,true", "PUT,204,true", "DELETE,200,true", "PATCH,200,true", "M-SEARCH,200,true", "POST,303,true",
        "POST,400,false", "POST,404,false", "POST,500,false", "PUT,412,false", "GET,200,false", "HEAD,200,false",
        "OPTIONS,200,false", "TRACE,200,false", "get,200,true"
    })
    void unsafeMethodsThatSucceedInvalidateTheirUrl(String method, int status, boolean expected) {
        var invalidation = CachePolicy.invalidation(PureCache.request(method, null), head(status, null));

        assertThat(invalidation.isPresent()).isEqualTo(expected);
        invalidation.ifPresent(i -> assertThat(i.targets()).containsExactly("/a"));
    }

    @ParameterizedTest(name = "§4.4: {0} also invalidates {1}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        Location: /b                                   | /b
        Content-Location: /b?c=d                       | /b?c=d
        Location: b                                    | /b
        Location: ?x                                   | /a?x
        Location: http://shop.example/b                | /b
        Location: http://SHOP.example/b                | /b
        Location: http://shop.example                  | /
        Location: //shop.example/b                     | /b
        Location: http://shop.example/b/../c           | /c
        Location: http://other.example/b               | -
        Content-Location: http://other.example/b       | -
        Location: http://shop.example:80/b             | /b
        Location: http://shop.example:/b               | /b
        Location: http://shop.example.evil/b           | -
        Location: http://u@shop.example/b              | -
        Location: http://./b                           | -
        Location: http:///b                            | -
        Location: https://shop.example/b               | -
        Location: http://shop.example:8080/b           | -
        Location: ::not a uri::                        | -
        """)
    void ofTheSameOrigin(String field, @Nullable String expected) {
        var invalidation = CachePolicy.invalidation(PureCache.request("POST", null), head(201, field))
                .orElseThrow();

        assertThat(invalidation.targets())
                .isEqualTo(expected == null ? java.util.Set.of("/a") : java.util.Set.of("/a", expected));
    }

    @ParameterizedTest(name = "RFC 9875 §3: Cache-Group-Invalidation: {0} names {1} groups")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        "one", "two"       | 2
        "one";x=1, "two"   | 2
        "with, comma"      | 1
        one, two           | 0
        "one", 2           | 0
        "one",             | 0
        "one" "two"        | 0
        """)
    void groupsAreAListOfStrings(String value, int groups) {
        ResponseHead head = head(200, "Cache-Group-Invalidation: " + value);

        assertThat(CachePolicy.invalidation(PureCache.request("POST", null), head)
                        .orElseThrow()
                        .groups())
                .hasSize(groups);
    }

    @ParameterizedTest(name = "tags of {0}: {1}")
    @CsvSource(delimiter = '|', nullValues = "-", quoteCharacter = '`', textBlock = """
        Cache-Groups: "product:42", "products"     | product:42;products
        Cache-Groups: product:42                   | -
        Cache-Groups: "a" ~ Cache-Groups: "b"      | a;b
        Surrogate-Key: product:42  products        | product:42;products
        Cache-Tag: product:42,products , a b       | product:42;products;a b
        Cache-Tag: a ~ Surrogate-Key: a b          | a;b
        X: y                                       | -
        """)
    void tagsComeFromThreeFields(String fields, @Nullable String expected) {
        List<String> tags = expected == null ? List.of() : List.of(expected.split(";", -1));

        assertThat(Tags.of(CacheUnderTest.fields(fields))).containsExactlyInAnyOrderElementsOf(tags);
    }

    private static ResponseHead head(int status, @Nullable String fields) {
        Instant now = PureCache.START;
        return new ResponseHead(status, CacheUnderTest.fields(fields), now, now);
    }
}
