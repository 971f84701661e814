package io.tidemark.gateway.fill;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.fill.ConfirmationQueue.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConfirmationQueueTest {
    private static final CacheKey KEY = new CacheKey("route", "http", "shop.example", "/a", null, "");

    private final ConfirmationQueue queue = new ConfirmationQueue();
    private final List<Fill> sent = new ArrayList<>();

    private Fill join() {
        return turn().fill();
    }

    private Turn turn() {
        return queue.join(
                KEY,
                () -> new Fill(new PurgeSubject(List.of(), "/a", null, Set.of()), new Position("log", 0), true),
                sent::add);
    }

    @Test
    void theFirstRequestIsSentAtOnce() {
        assertThat(sent).isEmpty();
        Fill first = join();
        assertThat(sent).containsExactly(first);
    }

    @Test
    void requestsThatComeDuringACallShareTheNextWhichIsSentAfterThem() {
        Fill first = join();
        Fill second = join();
        Fill third = join();
        assertThat(second).isNotSameAs(first).isSameAs(third);
        assertThat(sent).containsExactly(first);
        queue.ended(KEY);
        assertThat(sent).containsExactly(first, second);
    }

    @Test
    void aRequestNeverJoinsACallThatWasSentBeforeItCame() {
        join();
        Fill second = join();
        queue.ended(KEY);
        Fill third = join();
        assertThat(third).isNotSameAs(second);
    }

    @Test
    void whoMadeACallIsToldFromWhoSharesIt() {
        assertThat(turn()).isInstanceOf(Turn.Sent.class);
        assertThat(turn()).isInstanceOf(Turn.Next.class);
        assertThat(turn()).isInstanceOf(Turn.Shared.class);
    }

    @Test
    void nothingIsKeptOnceNobodyWaits() {
        join();
        join();
        queue.ended(KEY);
        queue.ended(KEY);
        assertThat(queue.size()).isZero();
    }
}
