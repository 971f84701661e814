package io.tidemark.commons.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.commons.problems.Violation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class MembersTest {
    private final Members members = Members.of("a purge", "targets", "mode", "dryRun");

    @ParameterizedTest
    @CsvSource({
        "modus,mode",
        "Mode,mode",
        "target,targets",
        "TARGETS,targets",
        "dry-run,dryRun",
        "dry_run,dryRun",
        "tragets,targets"
    })
    void names_what_was_meant(String unknown, String meant) {
        assertThat(members.nearest(unknown)).contains(meant);
        assertThat(members.refusal(unknown)).contains('"' + unknown + '"', '"' + meant + '"');
    }

    @Test
    void names_them_all_where_nothing_is_like_it() {
        assertThat(members.nearest("colour")).isEmpty();
        assertThat(members.refusal("colour")).contains("targets, mode, dryRun");
        assertThat(members.refusal("x".repeat(100_000))).hasSizeLessThan(400);
    }

    @Test
    void says_where_each_is() {
        assertThat(members.unknown(JsonMapper.shared().readTree("{\"mode\":1,\"mo/de\":1}"), "/purge"))
                .containsExactly(
                        new Violation("/purge/mo~1de", "\"mo/de\" is no member of a purge; did you mean \"mode\"?"));
        assertThat(members.unknown(JsonMapper.shared().readTree("[1]"), "")).isEmpty();
    }
}
