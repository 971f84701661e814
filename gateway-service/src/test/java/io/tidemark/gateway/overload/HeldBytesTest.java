package io.tidemark.gateway.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeldBytesTest {
    private final HeldBytes all = new HeldBytes(800);
    private final List<Account> accounts = new ArrayList<>();

    private Account account(HeldFor use) {
        Account account = all.account(use);
        accounts.add(account);
        return account;
    }

    @AfterEach
    void nothingIsHeldForNobody() {
        accounts.forEach(Account::close);
        assertThat(all.held()).isZero();
        for (HeldFor use : HeldFor.values()) {
            assertThat(all.held(use)).as(use.label()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, NORMAL",
        "399, NORMAL",
        "400, STORE_NOTHING",
        "500, JOIN_NOTHING",
        "600, SHED_NEWEST",
        "700, REFUSE",
        "5000, REFUSE"
    })
    void stagesAreSharesOfTheBudget(long bytes, OverloadStage stage) {
        account(HeldFor.REQUESTS).hold(bytes);
        assertThat(all.stage()).isEqualTo(stage);
    }

    @Test
    void whatClientsDoNotReadEndsStoringAndRefusesNobody() {
        account(HeldFor.OUTPUT).hold(10_000);
        assertThat(all.stage()).isEqualTo(OverloadStage.JOIN_NOTHING);
        assertThat(account(HeldFor.STORING).tryHold(1)).isFalse();
        assertThat(account(HeldFor.REQUESTS).tryHold(100)).isTrue();
        assertThat(all.stage()).isEqualTo(OverloadStage.SHED_NEWEST);
    }

    @Test
    void partsOfHeadsHaveAShareOfTheirOwnAndRefuseNobodyElse() {
        assertThat(account(HeldFor.HEADS).tryHold(100)).isTrue();
        assertThat(account(HeldFor.HEADS).tryHold(1)).isFalse();
        assertThat(all.stage()).isEqualTo(OverloadStage.NORMAL);
        assertThat(account(HeldFor.REQUESTS).tryHold(600)).isTrue();
        assertThat(all.held()).isEqualTo(700);
    }

    @Test
    void whatIsStoredIsRefusedBeforeRequestsAre() {
        assertThat(account(HeldFor.STORING).tryHold(400)).isTrue();
        assertThat(account(HeldFor.STORING).tryHold(1)).isFalse();
        assertThat(account(HeldFor.REQUESTS).tryHold(200)).isTrue();
        assertThat(account(HeldFor.REQUESTS).tryHold(1)).isFalse();
        account(HeldFor.OUTPUT).hold(1000);
        assertThat(all.held()).isEqualTo(1600);
        assertThat(all.refused(HeldFor.STORING)).isEqualTo(1);
        assertThat(all.refused(HeldFor.OUTPUT)).isZero();
    }

    @Test
    void anAccountGivesBackWhatItHasAndNoMore() {
        Account account = account(HeldFor.CONTENTS);
        account.hold(100);
        account.release(30);
        assertThat(account.held()).isEqualTo(70);
        account.release(500);
        assertThat(all.held()).isZero();
        account.hold(10);
        account.close();
        account.close();
        assertThat(all.held()).isZero();
        assertThat(account.tryHold(10)).isTrue();
        account.hold(10);
        account.release(10);
        assertThat(all.held()).isZero();
        assertThat(account.held()).isZero();
    }

    @Test
    void aBudgetOfNothingIsNone() {
        assertThatThrownBy(() -> new HeldBytes(0)).hasMessageContaining("at least one byte");
    }

    @Test
    void oneWithoutLimitRefusesNothing() {
        HeldBytes unlimited = HeldBytes.unlimited();
        Account account = unlimited.account(HeldFor.STORING);
        assertThat(account.tryHold(1L << 50)).isTrue();
        assertThat(unlimited.stage()).isEqualTo(OverloadStage.NORMAL);
    }

    @Test
    void manyThreadsLoseNothing() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.startVirtualThread(() -> {
                HeldFor[] uses = HeldFor.values();
                for (int j = 0; j < 5_000; j++) {
                    HeldFor use = uses[j % uses.length];
                    try (Account account = all.account(use)) {
                        if (account.tryHold(ThreadLocalRandom.current().nextLong(300))) {
                            assertThat(all.held()).isNotNegative();
                            account.release(ThreadLocalRandom.current().nextLong(400));
                        }
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(all.held()).isZero();
    }
}
