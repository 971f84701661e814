package io.tidemark.commons.purgelog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeparturesTest {
    private static final Duration SPACING = Duration.ofMillis(20);

    /** Something that the timer is to run. */
    private record Task(Runnable action, long at) {}

    private final List<String> left = new ArrayList<>();
    private final List<Task> timer = new ArrayList<>();
    private long now = Long.MAX_VALUE - 1_000_000; // the monotonic clock may overflow
    private final Departures departures =
            new Departures(SPACING, () -> now, (action, delay) -> timer.add(new Task(action, now + delay.toNanos())));

    @Test
    void one_that_comes_alone_leaves_at_once() {
        leave("a");
        assertThat(left).containsExactly("a");
        passes(20);
        leave("b");
        assertThat(left).containsExactly("a", "b");
        assertThat(timer).isEmpty();
    }

    @Test
    void those_that_come_within_the_spacing_leave_together_at_its_end() {
        leave("a");
        passes(5);
        leave("b");
        passes(14);
        leave("c");
        assertThat(left).containsExactly("a");
        passes(1);
        assertThat(left).containsExactly("a", "b", "c");
        passes(19);
        leave("d");
        assertThat(left).as("the spacing counts from the last departure").hasSize(3);
        passes(1);
        assertThat(left).containsExactly("a", "b", "c", "d");
    }

    @Test
    void a_long_rest_saves_nothing_up() {
        passes(1000);
        leave("a");
        leave("b");
        assertThat(left).containsExactly("a");
    }

    @Test
    void nobody_overtakes_those_who_wait_for_a_timer_that_is_late() {
        leave("a");
        leave("b");
        now += Duration.ofMillis(30).toNanos();
        leave("c");
        assertThat(left).containsExactly("a");
        passes(0);
        assertThat(left).containsExactly("a", "b", "c");
    }

    private void leave(String name) {
        departures.leave(() -> left.add(name));
    }

    private void passes(long millis) {
        now += Duration.ofMillis(millis).toNanos();
        List<Task> due = timer.stream().filter(task -> now - task.at >= 0).toList();
        timer.removeAll(due);
        due.forEach(task -> task.action.run());
    }
}
