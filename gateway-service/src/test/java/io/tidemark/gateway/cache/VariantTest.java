package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.cache.CacheUnderTest.How;
import io.tidemark.gateway.cache.CacheUnderTest.Outcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VariantTest extends CacheScenarios {
    @ParameterizedTest(name = "§4.1: Vary: {0}; stored for {1}, asked with {2}: {3}")
    @CsvSource(delimiter = '|', nullValues = "-", quoteCharacter = '`', textBlock = """
        Foo           | Foo: 1                      | Foo: 1                          | HIT
        Foo           | Foo: 1                      | Foo: 2                          | ORIGIN
        Foo           | Foo: 1                      | -                               | ORIGIN
        Foo           | -                           | Foo: 1                          | ORIGIN
        Foo           | -                           | -                               | HIT
        Foo           | -                           | Foo:                            | ORIGIN
        fOO           | Foo: 1                      | foo: 1                          | HIT
        Foo           | Foo: a                      | Foo: A                          | ORIGIN
        Foo           | Foo: 1 ~ Other: 2           | Foo: 1 ~ Other: 3               | HIT
        Foo, Bar      | Foo: 1 ~ Bar: abc           | Bar: abc ~ Foo: 1               | HIT
        Foo, Bar      | Foo: 1 ~ Bar: abc           | Foo: 2 ~ Bar: abc               | ORIGIN
        Foo, Bar      | Foo: 1 ~ Bar: abc           | Foo: 1                          | ORIGIN
        Foo, Bar, Baz | Foo: 1 ~ Baz: 7             | Foo: 1 ~ Baz: 7                 | HIT
        Foo, Bar, Baz | Foo: 1 ~ Bar: a ~ Baz: 7    | Foo: 1 ~ Baz: 7 ~ Bar: ab       | ORIGIN
        Foo           | Foo: 1, 2                   | Foo: 1 ~ Foo: 2                 | HIT
        Foo           | Foo: 1,2                    | Foo: 1, 2                       | HIT
        Foo           | Foo: 1,2                    | Foo: 1 ,,  2                    | HIT
        Foo           | Foo: "1,2"                  | Foo: "1, 2"                     | ORIGIN
        Foo           | Foo: 1, 2                   | Foo: 2, 1                       | ORIGIN
        Accept-Language | Accept-Language: en, de   | Accept-Language: eN , De        | HIT
        Accept-Language | Accept-Language: en;q=0.5 | Accept-Language: EN ; Q=0.5     | HIT
        Accept-Language | Accept-Language: en, de   | Accept-Language: de, en         | HIT
        Accept-Language | Accept-Language: en, de;q=0.5    | Accept-Language: de;q=0.5 , en      | HIT
        Accept-Language | Accept-Language: en, de;q=0.5    | Accept-Language: en;q=0.5, de       | ORIGIN
        Accept-Language | Accept-Language: a ;q=0.5, a-b;q=0.5 | Accept-Language: a-b;q=0.5, a;q=0.5 | HIT
        Accept          | Accept: text/a, text/b    | Accept: text/b, text/a          | ORIGIN
        Accept-Encoding | Accept-Encoding: GZip     | Accept-Encoding: gzip           | HIT
        Accept-Encoding | Accept-Encoding: gzip, br | Accept-Encoding: gzip,br        | HIT
        """)
    void matchesRequestsThatPresentTheSame(
            String vary, @Nullable String storedFor, @Nullable String asked, How expected) {
        CacheUnderTest cache = cache().origin("Cache-Control: max-age=60 ~ Vary: " + vary);
        cache.get(storedFor);

        assertThat(cache.get(asked).how()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "§4.1: in {0}, stored for {1}, asked with {2}: {3}")
    @CsvSource(delimiter = '|', nullValues = "-", quoteCharacter = '`', textBlock = """
        de      | en, de        | fr;q=0.5, de;q=1.0    | HIT
        de      | en, de        | de                    | HIT
        de      | en, de        | fr, de                | ORIGIN
        de      | en, de        | fr, de;q=0.9          | ORIGIN
        de      | en, de        | de-CH, de;q=0.9       | ORIGIN
        de, en  | en, de        | de                    | ORIGIN
        -       | en, de        | de                    | ORIGIN
        de      | en, de        | -                     | ORIGIN
        de      | en, de        | de;q=0                | ORIGIN
        DE      | en            | fr;q=0.1, de;q=0.15   | HIT
        """)
    void aResponseInTheLanguageThatIsWantedMostWillDo(
            @Nullable String language, String storedFor, @Nullable String asked, How expected) {
        CacheUnderTest cache = cache().origin("Cache-Control: max-age=60 ~ Vary: Accept-Language"
                + (language == null ? "" : " ~ Content-Language: " + language));
        cache.get("Accept-Language: " + storedFor);

        assertThat(cache.get(asked == null ? null : "Accept-Language: " + asked).how())
                .isEqualTo(expected);
    }

    @Test
    void theLanguageDoesNotMakeUpForAnotherFieldThatDiffers() {
        CacheUnderTest cache =
                cache().origin("Cache-Control: max-age=60 ~ Vary: Accept-Language, Foo ~ Content-Language: de");
        cache.get("Accept-Language: en ~ Foo: 1");

        assertThat(cache.get("Accept-Language: de ~ Foo: 2").how()).isEqualTo(How.ORIGIN);
        assertThat(cache.get("Accept-Language: de ~ Foo: 1").how()).isEqualTo(How.HIT);
    }

    @Nested
    class WhereNoneMatches {
        private final CacheUnderTest cache = cache();

        private void twoAreStored() {
            cache.origin(200, "Cache-Control: max-age=60 ~ Vary: Foo ~ ETag: \"a\"", "one")
                    .get("Foo: 1");
            cache.origin(200, "Cache-Control: max-age=60 ~ Vary: Foo ~ ETag: \"b\"", "two")
                    .get("Foo: 2");
        }

        @Test
        void theOriginIsAskedForAnyOfThem() {
            twoAreStored();
            cache.origin(304, "ETag: \"a\"", "");

            Outcome chosen = cache.get("Foo: 3");

            assertThat(cache.forwarded().first("If-None-Match")).contains("\"a\"");
            assertThat(chosen).extracting(Outcome::how, Outcome::body).containsExactly(How.REVALIDATED, "one");
            assertThat(cache.get("Foo: 3"))
                    .extracting(Outcome::how, Outcome::body)
                    .containsExactly(How.HIT, "one");
            assertThat(cache.get("Foo: 1").body()).isEqualTo("one");
            assertThat(cache.get("Foo: 2").body()).isEqualTo("two");
            assertThat(cache.calls()).isEqualTo(3);
        }

        @Test
        void aNewResponseIsStoredBesideThem() {
            twoAreStored();
            cache.origin(200, "Cache-Control: max-age=60 ~ Vary: Foo ~ ETag: \"c\"", "three");

            assertThat(cache.get("Foo: 3").body()).isEqualTo("three");
            assertThat(cache.get("Foo: 1").body()).isEqualTo("one");
            assertThat(cache.get("Foo: 3").how()).isEqualTo(How.HIT);
        }

        @Test
        void oneThatMayNotBeStoredLeavesThemAlone() {
            twoAreStored();
            cache.origin(200, "Cache-Control: no-store", "three").get("Foo: 3");

            assertThat(cache.get("Foo: 1").how()).isEqualTo(How.HIT);
            assertThat(cache.get("Foo: 2").how()).isEqualTo(How.HIT);
        }

        @ParameterizedTest(name = "{0} is not named")
        @ValueSource(strings = {"ETag: W/\"a\"", "ETag: \"a\" ~ Content-Encoding: gzip", "Last-Modified: @-9999"})
        void onlyATagThatCertainlyNamesOneIsSent(String fields) {
            cache.origin("Cache-Control: max-age=60 ~ Vary: Foo ~ " + fields).get("Foo: 1");

            assertThat(cache.get("Foo: 2").how()).isEqualTo(How.ORIGIN);
            assertThat(cache.forwarded().has("If-None-Match")).isFalse();
        }

        @Test
        void aClientsOwnConditionIsLeftAsItIs() {
            twoAreStored();
            cache.get("Foo: 3 ~ If-None-Match: \"x\"");

            assertThat(cache.forwarded().all("If-None-Match")).containsExactly("\"x\"");
        }
    }

    @Test
    void severalAreStoredSideBySide() {
        CacheUnderTest cache = cache();
        cache.origin(200, "Cache-Control: max-age=60 ~ Vary: Foo", "one").get("Foo: 1");
        cache.origin(200, "Cache-Control: max-age=60 ~ Vary: Foo", "two").get("Foo: 2");

        assertThat(cache.get("Foo: 1")).extracting(Outcome::how, Outcome::body).containsExactly(How.HIT, "one");
        assertThat(cache.get("Foo: 2")).extracting(Outcome::how, Outcome::body).containsExactly(How.HIT, "two");
    }

    @Test
    void oneWithAVaryThatFitsComesBeforeOneWithout() {
        CacheUnderTest cache = cache().origin(200, "Cache-Control: max-age=60 ~ Vary: Origin", "for A");
        cache.get("Origin: A");
        cache.later(3).origin(200, "Cache-Control: max-age=60", "for nobody");

        assertThat(cache.get().body()).isEqualTo("for nobody");
        assertThat(cache.get("Origin: A"))
                .extracting(Outcome::how, Outcome::body)
                .containsExactly(How.HIT, "for A");
        assertThat(cache.get().body()).isEqualTo("for nobody");
    }
}
