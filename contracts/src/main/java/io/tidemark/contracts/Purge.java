package io.tidemark.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * One record of {@link Topics#PURGES}. All its targets have one position, the record's offset.
 *
 * <pre>{@code
 * {"schema":1,"id":"01J…","source":"catalog","targets":[{"tag":"product:42"}],"mode":"hard",
 *  "requestId":"…","publishedAt":"2026-01-01T00:00:00Z"}
 * }</pre>
 *
 * @param id unique; the id of its receipt
 * @param source who asked for it: a configured source of webhooks, or the name of the service that published it
 * @param targets what it covers, 1 to {@link #MAX_TARGETS}
 * @param mode what becomes of the covered responses
 * @param requestId the id of the request that caused it, for logs
 * @param publishedAt the publisher's wall clock, for people; nothing is decided by it
 */
public record Purge(
        int schema,
        String id,
        String source,
        @JsonDeserialize(contentUsing = Target.InLog.class) List<Target> targets,
        Mode mode,
        @Nullable String requestId,
        Instant publishedAt) {
    public static final int SCHEMA = 1;
    public static final int MAX_TARGETS = 1000;

    public enum Mode {
        /** Covered responses are as good as absent. */
        @JsonProperty("hard")
        HARD,
        /** Covered responses are stale: they may be served while they are revalidated. */
        @JsonProperty("soft")
        SOFT;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Purge {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(mode, "mode");
        targets = List.copyOf(targets);
        if (targets.isEmpty() || targets.size() > MAX_TARGETS) {
            throw new IllegalArgumentException("a purge has 1 to " + MAX_TARGETS + " targets, not " + targets.size());
        }
    }

    /** Whether it erases persons. */
    public boolean erasesPersons() {
        return targets.getFirst().kind() == Target.Kind.SUBJECT;
    }

    /** The names of the persons whom it erases; none for other purges. */
    public Set<String> subjects() {
        return targets.stream()
                .filter(target -> target.kind() == Target.Kind.SUBJECT)
                .map(Target::value)
                .collect(Collectors.toUnmodifiableSet());
    }

    public Purge(
            String id,
            String source,
            List<Target> targets,
            Mode mode,
            @Nullable String requestId,
            Instant publishedAt) {
        this(SCHEMA, id, source, targets, mode, requestId, publishedAt);
    }
}
