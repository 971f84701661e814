package io.tidemark.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Target;
import io.tidemark.state.keys.KeySet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Names in the log of purges of what stays in a region. */
class HiddenNamesTest {
    private static final String ONE = "a:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    private static final String TWO = "b:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

    private static HiddenNames names(String... keys) {
        return new HiddenNames(KeySet.parse("p", List.of(keys)));
    }

    private static List<String> purged(HiddenNames names, String url, String... groups) {
        return names.targets("shop.example", Set.of(url), Set.of(groups)).stream()
                .map(Target::value)
                .toList();
    }

    @Test
    void aPurgeMeetsWhatIsStoredOfItsUrlAndItsGroups() {
        Set<String> tags = names(ONE).with(List.of("shop.example", "origin"), "/me/ann", "q=1", Set.of("user:ann"));
        assertThat(tags).contains("user:ann").hasSize(5);
        assertThat(tags).containsAll(purged(names(ONE), "/me/ann?q=1", "user:ann"));
        assertThat(tags).doesNotContainAnyElementsOf(purged(names(ONE), "/me/ann", "user:bob"));
    }

    @Test
    void nothingOfItCanBeRead() {
        assertThat(purged(names(ONE), "/me/ann", "user:ann"))
                .allMatch(name -> name.matches("~[A-Za-z0-9_-]{22}"))
                .doesNotContainAnyElementsOf(purged(names(TWO), "/me/ann", "user:ann"));
    }

    @Test
    void whileKeysAreRotatedGatewaysOfBothHearOfIt() {
        List<String> both = purged(names(TWO, ONE), "/a");
        assertThat(both).containsAll(purged(names(ONE), "/a")).containsAll(purged(names(TWO), "/a"));
    }
}
