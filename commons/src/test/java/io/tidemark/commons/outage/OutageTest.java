package io.tidemark.commons.outage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class OutageTest {
    private final List<String> said = new ArrayList<>();
    private final Logger log = (Logger) java.lang.reflect.Proxy.newProxyInstance(
            OutageTest.class.getClassLoader(), new Class<?>[] {Logger.class}, (_, method, arguments) -> {
                if (method.getName().equals("warn") || method.getName().equals("info")) {
                    said.add(method.getName() + ' ' + arguments[0]);
                }
                return null;
            });
    private long now;
    private final Outage outage = new Outage(log, "away", "back", () -> now);

    private long warnings() {
        return said.stream().filter(line -> line.startsWith("warn")).count();
    }

    @Test
    void anOutageIsSaidOnceHoweverOftenItFailsAndItsEndToo() {
        for (int i = 0; i < 1000; i++) {
            outage.failed(new IOException("attempt " + i));
            now += 100_000_000;
        }
        assertThat(warnings()).isEqualTo(1);
        assertThat(outage.why()).isEqualTo("attempt 999");
        outage.over();
        outage.over();
        assertThat(said).hasSize(2);
        assertThat(outage.lasts()).isFalse();
        assertThat(outage.why()).isEmpty();
    }

    @Test
    void anotherCauseIsAnotherChange() {
        outage.failed(new IOException("refused"));
        outage.failed(new IllegalStateException("wrong password"));
        assertThat(warnings()).isEqualTo(2);
    }

    @Test
    void theNextOutageIsSaidAgain() {
        outage.failed(new IOException("refused"));
        now += Outage.QUIET.toNanos();
        outage.over();
        outage.failed(new IOException("refused"));
        assertThat(warnings()).isEqualTo(2);
    }

    @Test
    void whatComesAndGoesWritesNoMoreThanALineEachWhile() {
        for (int i = 0; i < 1000; i++) {
            outage.failed(new IOException("refused"));
            outage.over();
            now += 10_000_000; // ten seconds altogether
        }
        assertThat(said).hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void theOtherSidesOwnWordsAreSaidNotTheWrappers() {
        Throwable wrapped = new CompletionException(
                new IllegalStateException("Error in execution", new IOException("NOAUTH Authentication required.")));
        assertThat(Outage.sentence(wrapped)).isEqualTo("NOAUTH Authentication required.");
        assertThat(Outage.sentence(new IOException())).isEqualTo("IOException");
    }
}
