package io.tidemark.commons.outage;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Something that works or does not, and says so once per change: each kind of cause when it comes, and its end. A kind is the class
 * of the innermost cause, so that a sentence with a number in it is not said again for each number. What comes and goes is said
 * once in {@link #QUIET} for each kind. Thread-safe; {@link #over} costs one volatile read while all is well.
 */
public final class Outage {
    /** How long a kind is not said again, however often it comes and goes. */
    public static final Duration QUIET = Duration.ofSeconds(10);

    /** The most kinds that are told apart: past it nothing more is said of this outage. */
    private static final int MAX_KINDS = 8;

    private final Logger log;
    private final String fails;
    private final String works;
    private final LongSupplier nanoTime;
    private final Map<String, Kind> kinds = new HashMap<>();
    private volatile boolean lasts;
    private volatile String why = "";

    /** When a kind was said last, and whether that was in this outage. */
    private record Kind(long saidAt, boolean thisTime) {}

    /**
     * @param fails what is said at warn, before a colon and the cause
     * @param works what is said at info when it is over
     */
    public Outage(Logger log, String fails, String works) {
        this(log, fails, works, System::nanoTime);
    }

    /** @param nanoTime the monotonic clock, as {@link System#nanoTime} */
    public Outage(Logger log, String fails, String works, LongSupplier nanoTime) {
        this.log = log;
        this.fails = fails;
        this.works = works;
        this.nanoTime = nanoTime;
    }

    /** It has failed. */
    public void failed(Throwable failure) {
        Throwable cause = innermost(failure);
        String sentence = sentence(cause);
        boolean isNew;
        synchronized (this) {
            lasts = true;
            why = sentence;
            isNew = isNew(cause.getClass().getName());
        }
        if (isNew) {
            log.warn("{}: {}", fails, sentence);
        }
        log.debug("{}", fails, failure);
    }

    private boolean isNew(String name) {
        long now = nanoTime.getAsLong();
        Kind known = kinds.get(name);
        if (known == null ? kinds.size() >= MAX_KINDS : known.thisTime() || now - known.saidAt() < QUIET.toNanos()) {
            return false;
        }
        kinds.put(name, new Kind(now, true));
        return true;
    }

    /** It works. */
    public void over() {
        if (!lasts) {
            return;
        }
        boolean wasSaid;
        synchronized (this) {
            if (!lasts) {
                return;
            }
            lasts = false;
            why = "";
            wasSaid = kinds.values().stream().anyMatch(Kind::thisTime);
            long now = nanoTime.getAsLong();
            kinds.values().removeIf(kind -> now - kind.saidAt() >= QUIET.toNanos());
            kinds.replaceAll((_, kind) -> new Kind(kind.saidAt(), false));
        }
        if (wasSaid) {
            log.info("{}", works);
        }
    }

    public boolean lasts() {
        return lasts;
    }

    /** The last cause, in the other side's own words; empty while all is well. */
    public String why() {
        return why;
    }

    /** What a failure says, without the wrappers that futures and clients put around it. */
    public static String sentence(Throwable failure) {
        Throwable cause = innermost(failure);
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }

    /** The cause that no other one with something to say is behind. */
    public static Throwable innermost(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; depth < 16; depth++) {
            Throwable within = cause.getCause();
            if (within == null || !wraps(cause)) {
                break;
            }
            cause = within;
        }
        return cause;
    }

    private static boolean wraps(Throwable failure) {
        Throwable cause = failure.getCause();
        if (cause == null) {
            return false;
        }
        boolean saysSomething =
                cause.getMessage() != null && !cause.getMessage().isBlank();
        return saysSomething || failure instanceof CompletionException || failure instanceof ExecutionException;
    }
}
