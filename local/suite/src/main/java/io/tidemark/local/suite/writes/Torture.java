package io.tidemark.local.suite.writes;

import io.tidemark.local.backends.Folders;
import io.tidemark.local.suite.launcher.LauncherOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * {@code ./run torture}: one run with a key that always fails and one without, and what came of them as a table; with {@code
 * -Dtorture.replicated=true} one run over three brokers and a Redis with a replica, which are killed too. Exit status 1: something
 * that was accepted is lost, doubled or out of order, something that was surely refused is delivered, or the failing key delayed the
 * others.
 */
public final class Torture {
    private static final double ALLOWED_DELAY = 2;

    private Torture() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        LauncherOptions options = LauncherOptions.fromSystemProperties();
        Folders.delete(options.work());
        Plan plan = Plan.fromSystemProperties();
        System.out.println((plan.replicated() ? "a run" : "two runs, each") + " of about "
                + Math.round(plan.writes() / plan.perSecond()) + " s; logs in "
                + options.root().relativize(options.work()));
        List<String> broken = plan.replicated() ? replicated(plan, options) : both(plan, options);
        broken.forEach(System.out::println);
        System.out.println(broken.isEmpty() ? "everything that was promised was kept" : "FAILED");
        System.exit(broken.isEmpty() ? 0 : 1);
    }

    /** A Redis that is failed over forgets its last moments, of dead letters too, so that there are none by intent. */
    private static List<String> replicated(Plan plan, LauncherOptions options)
            throws IOException, InterruptedException {
        Report report = run(plan.withoutPoison(), options, "replicated");
        System.out.println(report.accepted() + " accepted, " + report.lost().size() + " of them lost; "
                + report.refused()
                + " surely refused and given up, " + report.delivered().size() + " of them delivered; "
                + report.effects().doubled() + " doubled, " + report.effects().outOfOrder() + " out of order; "
                + report.kills() + " SIGKILLs of services and origin; "
                + report.took().toSeconds() + " s");
        return report.broken();
    }

    private static List<String> both(Plan plan, LauncherOptions options) throws IOException, InterruptedException {
        Report with = run(plan, options, "with");
        System.out.println("the first one took " + with.took().toSeconds() + " s, with " + with.kills() + " SIGKILLs: "
                + with.lost().size() + " lost, others' p99 " + with.delivery().at(0.99) + " ms");
        Report without = run(plan.withoutPoison(), options, "without");
        print(with, without, System.out);
        return broken(with, without);
    }

    private static Report run(Plan plan, LauncherOptions options, String name)
            throws IOException, InterruptedException {
        return new TortureRun(
                        plan, options.jar("write-queue-service"), options.work().resolve(name))
                .run();
    }

    private static List<String> broken(Report with, Report without) {
        List<String> broken = new ArrayList<>();
        with.broken().forEach(what -> broken.add("with the failing key: " + what));
        without.broken().forEach(what -> broken.add("without it: " + what));
        if (with.delivery().at(0.99) > ALLOWED_DELAY * without.delivery().at(0.99)) {
            broken.add(
                    "the failing key delayed the others: p99 is above " + ALLOWED_DELAY + " times the one without it");
        }
        return broken;
    }

    static void print(Report with, Report without, PrintStream out) {
        out.println("| | with a key that always fails | without |");
        out.println("|---|---:|---:|");
        row(
                out,
                "keys × writes",
                with,
                without,
                r -> r.plan().keys() + " × " + r.plan().writesPerKey());
        row(out, "SIGKILLs", with, without, Report::kills);
        row(out, "accepted", with, without, Report::accepted);
        row(
                out,
                "surely refused and given up; of these delivered",
                with,
                without,
                r -> r.refused() + "; " + r.delivered().size());
        row(
                out,
                "in effect at the origin",
                with,
                without,
                r -> r.effects().keys().size());
        row(
                out,
                "dead letters: of the failing key, of others",
                with,
                without,
                r -> (r.deadLetters() - r.deadOfOthers()) + ", " + r.deadOfOthers());
        row(out, "lost", with, without, r -> r.lost().size());
        row(out, "doubled", with, without, r -> r.effects().doubled());
        row(out, "out of order within a key", with, without, r -> r.effects().outOfOrder());
        row(
                out,
                "two calls at once for one key",
                with,
                without,
                r -> r.effects().overlaps());
        row(out, "sent → in effect, others: p50 / p90 / p99 / max ms", with, without, Report::delivery);
        row(out, "took, s", with, without, r -> r.took().toSeconds());
    }

    private static void row(PrintStream out, String what, Report one, Report other, Function<Report, Object> value) {
        out.println("| " + what + " | " + value.apply(one) + " | " + value.apply(other) + " |");
    }
}
