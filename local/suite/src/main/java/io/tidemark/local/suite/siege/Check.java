package io.tidemark.local.suite.siege;

import io.tidemark.local.suite.client.RawClient;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * What clients without rights ask, each request on a connection of its own, and what the answer to the last one must be.
 *
 * @param requests {@code |} stands for CRLF, {@code {id}} for what no other check has
 * @param right judges all that came on the last connection
 */
record Check(String what, List<String> requests, Predicate<String> right) {
    private static final Duration SILENCE = Duration.ofMillis(300);

    Check(String what, String request, Predicate<String> right) {
        this(what, List.of(request), right);
    }

    /** Does each at a port; which were not right. */
    static List<String> failures(List<Check> checks, int port, PrintStream out) throws IOException {
        List<String> failures = new ArrayList<>();
        for (Check check : checks) {
            String answer = check.lastAnswer(port);
            report(out, check.what, check.right.test(answer) ? "" : firstLine(answer), failures);
        }
        return failures;
    }

    private String lastAnswer(int port) throws IOException {
        String id = "siege-" + UUID.randomUUID();
        String answer = "";
        for (String request : requests) {
            try (var client = new RawClient(port)) {
                answer = client.send(request.replace("{id}", id)).rest(SILENCE);
            }
        }
        return answer;
    }

    /** Prints what came of one check; {@code fault} is empty if it was right. */
    static void report(PrintStream out, String what, String fault, List<String> failures) {
        out.printf(Locale.ROOT, "%-62s %s%n", what, fault.isEmpty() ? "ok" : "FAILED: " + fault);
        if (!fault.isEmpty()) {
            failures.add(what + " (" + fault + ")");
        }
    }

    private static String firstLine(String answer) {
        return answer.lines().findFirst().orElse("no answer");
    }
}
