package io.tidemark.invalidation.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DryRunTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "dry-run",
                "dry-run=",
                "dry-run=true",
                "dry%2Drun=true",
                "%64ry-run",
                "dry-run=%74rue",
                "&dry-run&"
            })
    void is_asked_for(String query) {
        assertThat(DryRun.isAsked(query)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "dry-run=false", "dry%2drun=false"})
    void is_not_asked_for(String query) {
        assertThat(DryRun.isAsked(query)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dry-run=1",
                "dry-run=yes",
                "dryRun=true",
                "dry_run",
                "DRY-RUN",
                "a&dryrun=true",
                "dry-run=TRUE",
                "dry-run=null",
                "dry%252Drun"
            })
    void what_was_meant_as_one_does_not_purge(String query) {
        assertThatThrownBy(() -> DryRun.isAsked(query))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("?dry-run");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dry-run&dry-run",
                "dry-run&dry%2Drun=false",
                "origin=dry-run",
                "token=x",
                "%",
                "dry-run=%zz",
                "="
            })
    void what_is_unknown_or_said_twice_does_not_purge(String query) {
        assertThatThrownBy(() -> DryRun.isAsked(query)).isInstanceOf(RefusedException.class);
    }
}
