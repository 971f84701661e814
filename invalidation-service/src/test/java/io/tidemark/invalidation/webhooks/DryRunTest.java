package io.tidemark.invalidation.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DryRunTest {
    @ParameterizedTest
    @ValueSource(strings = {"dry-run", "dry-run=", "dry-run=true", "a=b&dry-run"})
    void is_asked_for(String query) {
        assertThat(DryRun.isAsked(query)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "dry-run=false", "origin=dry-run", "token=x"})
    void is_not_asked_for(String query) {
        assertThat(DryRun.isAsked(query)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dry-run=1", "dry-run=yes", "dryRun=true", "dry_run", "DRY-RUN", "a&dryrun=true"})
    void what_was_meant_as_one_does_not_purge(String query) {
        assertThatThrownBy(() -> DryRun.isAsked(query))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("?dry-run");
    }
}
