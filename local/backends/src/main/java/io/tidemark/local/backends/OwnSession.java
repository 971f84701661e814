package io.tidemark.local.backends;

import java.util.ArrayList;
import java.util.List;

/** Puts a command into a session of its own, where Ctrl-C on the terminal does not reach it. The pid stays. */
final class OwnSession {
    private static final String SCRIPT = """
        if command -v setsid >/dev/null 2>&1; then exec setsid "$@"; fi
        if command -v perl >/dev/null 2>&1; then exec perl -MPOSIX -e 'POSIX::setsid(); exec @ARGV' "$@"; fi
        exec "$@"
        """;

    private OwnSession() {}

    static List<String> command(String... command) {
        return wrap(SCRIPT, List.of(command));
    }

    /**
     * As {@link #command}, but nothing runs before the parent has written a line to the standard input, and nothing
     * ever runs if the parent ends without.
     */
    static List<String> heldCommand(List<String> command) {
        return wrap("read -r go || exit 125\nexec </dev/null\n" + SCRIPT, command);
    }

    private static List<String> wrap(String script, List<String> command) {
        List<String> wrapped = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        wrapped.addAll(command);
        return wrapped;
    }
}
