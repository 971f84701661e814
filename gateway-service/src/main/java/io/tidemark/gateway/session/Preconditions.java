package io.tidemark.gateway.session;

import io.tidemark.state.session.Precondition;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a request's conditions (RFC 9110 §13.1) say of an entry. */
sealed interface Preconditions {
    /** They say what is replaced. */
    record Said(Precondition precondition) implements Preconditions {}

    /** There are none (RFC 6585 §3). */
    record Missing() implements Preconditions {}

    /** They cannot be read. */
    record Malformed() implements Preconditions {}

    /** An ETag, or what stands between two. */
    Pattern ELEMENT = Pattern.compile("\\s*(?:(W/)?\"([!#-~\\x80-\\xFF]*)\")?\\s*(,|$)");

    /** The most ETags that are read. */
    int MOST = 32;

    /**
     * Of a write.
     *
     * @param ifMatch the lines of If-Match
     * @param ifNoneMatch those of If-None-Match
     */
    static Preconditions ofWrite(List<String> ifMatch, List<String> ifNoneMatch) {
        if (ifMatch.isEmpty() && ifNoneMatch.isEmpty()) {
            return new Missing();
        }
        if (!ifNoneMatch.isEmpty() && !isAny(ifNoneMatch)) {
            return new Malformed();
        }
        if (ifMatch.isEmpty()) {
            return new Said(Precondition.absent());
        }
        List<String> versions = isAny(ifMatch) ? List.of() : versions(ifMatch, false);
        return versions == null || (versions.isEmpty() && !isAny(ifMatch))
                ? new Malformed()
                : new Said(new Precondition(versions, true, !ifNoneMatch.isEmpty()));
    }

    /** Whether a reader has this version already (weak comparison, §13.1.2). */
    static boolean has(List<String> ifNoneMatch, String version) {
        List<String> versions = ifNoneMatch.isEmpty() ? List.of() : versions(ifNoneMatch, true);
        return isAny(ifNoneMatch) || (versions != null && versions.contains(version));
    }

    private static boolean isAny(List<String> lines) {
        return lines.size() == 1 && lines.getFirst().strip().equals("*");
    }

    /** Null if they cannot be read. A weak one matches nothing in a strong comparison, and is one of an empty name here. */
    private static @Nullable List<String> versions(List<String> lines, boolean weak) {
        List<String> versions = new ArrayList<>();
        for (String line : lines) {
            Matcher element = ELEMENT.matcher(line);
            int end = 0;
            while (end < line.length()) {
                if (!element.find(end) || element.start() != end || versions.size() > MOST) {
                    return null;
                }
                if (element.group(2) != null) {
                    versions.add(weak || element.group(1) == null ? element.group(2) : "");
                }
                end = element.end();
            }
        }
        return versions;
    }
}
