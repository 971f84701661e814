package io.tidemark.invalidation.pollers;

import io.tidemark.commons.digests.Sha256;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.invalidation.pollers.PollersProperties.Kind;
import io.tidemark.invalidation.pollers.PollersProperties.Poller;
import io.tidemark.invalidation.sources.TargetTemplate;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What to ask an origin, and what follows from its answer. Pure; immutable. */
final class Poll {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final int OK = 200;
    private static final int GONE = 410;

    /** Of one answer. */
    private static final int MAX_TARGETS = 100_000;

    /** Of the targets of one purge, in characters: far below what a record of the log may have. */
    private static final int MAX_LENGTH = 100_000;

    /** In characters. */
    private static final int LONGEST_VERSION = 256;

    private final Poller poller;
    private final List<TargetTemplate> targets;
    private final List<TargetTemplate> whenLost;

    /** @throws IllegalArgumentException if the poller is not rightly configured; the message names the property */
    Poll(String property, Poller poller) {
        poller.validate(property);
        this.poller = poller;
        this.targets = TargetTemplate.list(property + ".targets", poller.targets());
        this.whenLost = TargetTemplate.list(property + ".when-lost", poller.whenLost());
    }

    /** What an origin answered. */
    record Answer(int status, Optional<String> etag, String body) {}

    /**
     * What follows.
     *
     * @param purges the targets of each purge to publish, before the cursor is kept
     * @param cursor where to go on
     * @param again whether there may be more at once
     */
    record Outcome(List<List<Target>> purges, String cursor, boolean again) {}

    /** An answer that is none. */
    static final class UnusableAnswerException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnusableAnswerException(String message) {
            super(message);
        }
    }

    /** The URL to ask, from the cursor on; null at the first time. */
    URI url(@Nullable String cursor) {
        if (poller.kind() == Kind.VERSION || cursor == null) {
            return poller.url();
        }
        String url = poller.url().toString();
        return URI.create(
                url + (url.contains("?") ? '&' : '?') + "since=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8));
    }

    /**
     * Whether a feed says that it does not reach back to the cursor, and not where to go on. It is then asked anew, without a
     * cursor, <em>before</em> everything is purged: a change between the two would be missed the other way round.
     */
    boolean isLost(@Nullable String cursor, Answer answer) {
        return isGone(cursor, answer) && nextAfterLoss(answer).isEmpty();
    }

    /**
     * What follows from the answer to that question.
     *
     * @throws UnusableAnswerException if nothing can be learnt from it
     */
    Outcome anew(Answer answer) {
        return new Outcome(everything(), outcome(null, answer).cursor(), true);
    }

    private boolean isGone(@Nullable String cursor, Answer answer) {
        return poller.kind() == Kind.CHANGES && cursor != null && answer.status() == GONE;
    }

    private Optional<String> nextAfterLoss(Answer answer) {
        try {
            return Optional.ofNullable(text(answer.body(), poller.next()));
        } catch (JacksonException noJson) {
            return Optional.empty();
        }
    }

    private List<List<Target>> everything() {
        return purges(List.of(MAPPER.nullNode()), whenLost);
    }

    /** @throws UnusableAnswerException if nothing can be learnt from the answer */
    Outcome outcome(@Nullable String cursor, Answer answer) {
        try {
            return switch (poller.kind()) {
                case CHANGES -> changes(cursor, answer);
                case VERSION -> version(cursor, answer);
            };
        } catch (JacksonException malformed) {
            throw new UnusableAnswerException("the answer is not JSON: " + malformed.getOriginalMessage());
        } catch (IllegalArgumentException lacking) {
            throw new UnusableAnswerException("the answer does not fit the targets: " + lacking.getMessage());
        }
    }

    private Outcome changes(@Nullable String cursor, Answer answer) {
        if (isGone(cursor, answer)) {
            return nextAfterLoss(answer)
                    .map(next -> new Outcome(everything(), next, true))
                    .orElseThrow(() -> new UnusableAnswerException("the origin answered 410"));
        }
        requireOk(answer);
        JsonNode page = MAPPER.readTree(answer.body());
        JsonNode items = page.at(poller.items());
        String next = text(page.at(poller.next()));
        if (!items.isArray() || next == null) {
            throw new UnusableAnswerException(
                    "the answer has no array at " + poller.items() + " or no cursor at " + poller.next());
        }
        boolean moved = !next.equals(cursor);
        return new Outcome(
                cursor == null ? List.of() : purges(items.values().stream().toList(), targets),
                next,
                moved && !items.isEmpty());
    }

    private Outcome version(@Nullable String known, Answer answer) {
        requireOk(answer);
        String value = poller.value();
        String found =
                value != null ? text(answer.body(), value) : answer.etag().orElse(answer.body());
        if (found == null) {
            throw new UnusableAnswerException("the answer has no version at " + value);
        }
        String version = brief(found);
        boolean changed = known != null && !known.equals(version);
        return new Outcome(changed ? purges(List.of(MAPPER.nullNode()), targets) : List.of(), version, false);
    }

    /** A version that is a whole page is remembered, and shown, by its digest. */
    private static String brief(String version) {
        return version.length() <= LONGEST_VERSION
                ? version
                : "sha-256:" + HexFormat.of().formatHex(Sha256.of(version));
    }

    private static void requireOk(Answer answer) {
        if (answer.status() != OK) {
            throw new UnusableAnswerException("the origin answered " + answer.status());
        }
    }

    private static List<List<Target>> purges(List<JsonNode> documents, List<TargetTemplate> templates) {
        Set<Target> distinct = new LinkedHashSet<>();
        long count = 0;
        for (JsonNode document : documents) {
            for (TargetTemplate template : templates) {
                count += template.count(document);
                if (count > MAX_TARGETS) {
                    throw new IllegalArgumentException("they make more than " + MAX_TARGETS + " targets");
                }
                distinct.addAll(template.fill(document));
            }
        }
        List<List<Target>> purges = new ArrayList<>();
        List<Target> purge = new ArrayList<>();
        int length = 0;
        for (Target target : distinct) {
            if (purge.size() == Purge.MAX_TARGETS || length + target.value().length() > MAX_LENGTH) {
                purges.add(List.copyOf(purge));
                purge.clear();
                length = 0;
            }
            purge.add(target);
            length += target.value().length();
        }
        if (!purge.isEmpty()) {
            purges.add(List.copyOf(purge));
        }
        return purges;
    }

    private static @Nullable String text(String body, String pointer) {
        return text(MAPPER.readTree(body).at(pointer));
    }

    private static @Nullable String text(JsonNode node) {
        return node.isValueNode() && !node.isNull() ? node.asString() : null;
    }
}
