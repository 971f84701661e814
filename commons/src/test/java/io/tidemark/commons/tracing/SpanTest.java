package io.tidemark.commons.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.tidemark.contracts.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a step says of itself, and when a trace is over. */
class SpanTest {
    private final AtomicLong nanos = new AtomicLong();
    private final List<Trace> told = new CopyOnWriteArrayList<>();
    private final Tracing tracing =
            new Tracing(_ -> false, Duration.ofSeconds(2), false, List.of(told::add), () -> Instant.EPOCH, nanos::get);
    private final Span root = tracing.begin("a", null, Span.Kind.SERVER, "GET");

    private record Note(int number) {}

    @Test
    void theLastValueOfAnAttributeCounts() {
        root.set("one", 1).set("two", true).set("one", 2).set("none", null);
        root.set("where", new Position("epoch", 7));
        root.end();
        assertThat(root.attributes()).containsExactly(entry("one", 2), entry("two", true), entry("where", "epoch:7"));
        assertThat(root.attribute("one")).isEqualTo(2);
        assertThat(root.attribute("where")).isEqualTo("epoch:7");
        assertThat(root.attribute("none")).isNull();
    }

    @Test
    void whatIsTakenBackIsNotTold() {
        root.set("url.path", "/a").set("one", 1).set("url.path", "/b");
        root.without("url.path");
        root.end();
        assertThat(root.attributes()).containsExactly(entry("one", 1));
        assertThat(root.attribute("url.path")).isNull();
    }

    @Test
    void attributesAreBoundedInNumberAndLength() {
        root.set("long", "x".repeat(10_000));
        for (int i = 0; i < 100; i++) {
            root.set("a" + i, i);
        }
        root.end();
        assertThat(root.attributes()).hasSize(32);
        assertThat(root.attribute("long")).asString().hasSize(512);
    }

    @Test
    void whatComesAfterTheEndIsNotOfIt() {
        root.set("one", 1).end();
        root.set("two", 2).failed("late").end();
        root.note(new Note(1));
        assertThat(root.attributes()).containsExactly(entry("one", 1));
        assertThat(root.error()).isNull();
        assertThat(told)
                .singleElement()
                .satisfies(trace -> assertThat(trace.notes()).isEmpty());
    }

    @Test
    void aTraceIsOverWithItsLastStepAndToldOnce() {
        Span step = root.child(Span.Kind.CLIENT, "call");
        root.end();
        assertThat(told).isEmpty();
        step.end();
        step.end();
        assertThat(told).hasSize(1);
        assertThat(root.child(Span.Kind.CLIENT, "late")).isSameAs(Span.NONE);
        assertThat(told).hasSize(1);
    }

    @Test
    void stepsAndNotesAreInTheOrderInWhichTheyBegan() {
        root.note(new Note(1));
        Span first = root.child(Span.Kind.INTERNAL, "first");
        first.note(new Note(2));
        Span second = first.child(Span.Kind.INTERNAL, "second");
        first.note(new Note(3));
        List.of(second, first, root).forEach(Span::end);
        Trace trace = told.getFirst();
        assertThat(trace.spans()).containsExactly(root, first, second);
        assertThat(trace.notes()).containsExactly(new Note(1), new Note(2), new Note(3));
        assertThat(second.parentId()).isEqualTo(first.spanId());
    }

    @Test
    void whatTakesLongerThanTheLimitIsKeptUntilItsAnswerBegins() {
        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
        root.end();
        assertThat(told.getFirst().kept()).isEqualTo("slow");
    }

    @Test
    void aReaderThatTakesItsTimeMakesNoRequestSlow() {
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        root.answered();
        nanos.addAndGet(Duration.ofSeconds(60).toNanos());
        root.answered();
        root.end();
        assertThat(told.getFirst().kept()).isNull();
        assertThat(told.getFirst().tookNanos()).isEqualTo(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void theFirstReasonToKeepItCounts() {
        root.keep("stale").keep("error").end();
        assertThat(told.getFirst().kept()).isEqualTo("stale");
    }

    @Test
    void whatIsWithheldIsToldToNobody() {
        root.child(Span.Kind.CLIENT, "call").end();
        root.withhold();
        root.end();
        assertThat(told).isEmpty();
    }

    @Test
    void ofMoreStepsThanThereIsRoomForTheNumberIsTold() throws Exception {
        List<Callable<Span>> steps = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            steps.add(() -> {
                Span step = root.child(Span.Kind.CLIENT, "call").set("a", 1);
                step.end();
                return step;
            });
        }
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var step : threads.invokeAll(steps)) {
                step.get();
            }
        }
        assertThat(told).isEmpty();
        root.end();
        assertThat(told).singleElement().satisfies(trace -> {
            assertThat(trace.spans()).hasSize(128).doesNotHaveDuplicates().startsWith(root);
            assertThat(trace.left()).isEqualTo(73);
        });
    }
}
