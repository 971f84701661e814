package io.tidemark.gateway.server;

import java.util.ArrayList;
import java.util.List;

/**
 * The canonical path of a path, and which part of the one came from which of the other.
 */
final class CanonicalPath {
    /** A segment of the canonical path with the slash before it, and where its octets end in the path as it came. */
    private record Segment(String text, int rawEnd) {}

    private final String raw;
    private final List<Segment> segments = new ArrayList<>();
    private final List<String> all = new ArrayList<>(); // those that dot segments took away, too
    private boolean isDirectory;

    private CanonicalPath(String raw) {
        this.raw = raw;
    }

    /** Whether a path is its own canonical path, for sure: a cheap look. */
    static boolean isCanonical(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '/') {
                if (i + 1 < path.length() && (path.charAt(i + 1) == '/' || path.charAt(i + 1) == '.')) {
                    return false;
                }
            } else if (!Octets.isOfPath(c)) {
                return false;
            }
        }
        return true;
    }

    static CanonicalPath of(String path) {
        CanonicalPath canonical = new CanonicalPath(path);
        for (int start = 1; start <= path.length(); ) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            canonical.add(segment(path, start, end), end);
            start = end + 1;
        }
        return canonical;
    }

    private void add(String segment, int rawEnd) {
        isDirectory = true;
        all.add(segment);
        if (segment.equals("..")) {
            if (!segments.isEmpty()) {
                segments.removeLast();
            }
        } else if (!segment.isEmpty() && !segment.equals(".")) {
            segments.add(new Segment('/' + segment, rawEnd));
            isDirectory = false;
        }
    }

    /** The same. @throws InvalidRequestException if it can be read in two ways */
    CanonicalPath unambiguous() throws InvalidRequestException {
        for (String segment : all) {
            check(segment);
        }
        return this;
    }

    /** What some take for the end of a segment and others do not must not decide whether there is a dot segment. */
    private static void check(String segment) throws InvalidRequestException {
        if (segment.contains("%00")) {
            throw InvalidRequestException.target("the path has a NUL (%00), where some take it to end");
        }
        if (segment.indexOf('.') < 0 || segment.equals(".") || segment.equals("..")) {
            return;
        }
        for (String part : segment.replace("%2F", "/").replace("%5C", "/").split("/", -1)) {
            int parameters = part.indexOf(';');
            String name = parameters < 0 ? part : part.substring(0, parameters);
            if (name.equals("..") || name.equals(".")) {
                throw InvalidRequestException.target("a dot segment beside an escaped slash, a backslash or a semicolon"
                        + " can be read in two ways: \"" + segment + '"');
            }
        }
    }

    private static String segment(String path, int start, int end) {
        StringBuilder canonical = new StringBuilder(end - start + 8);
        for (int i = start; i < end; i++) {
            char c = path.charAt(i);
            if (c == '%' && Octets.isEscape(path, i)) {
                int octet = Octets.escaped(path, i);
                if (Octets.isUnreserved(octet)) {
                    canonical.append((char) octet);
                } else {
                    Octets.escape(canonical, octet);
                }
                i += 2;
            } else if (Octets.isOfPath(c)) {
                canonical.append(c);
            } else {
                Octets.escape(canonical, c);
            }
        }
        return canonical.toString();
    }

    String text() {
        StringBuilder text = new StringBuilder(raw.length());
        segments.forEach(segment -> text.append(segment.text));
        return isDirectory ? text.append('/').toString() : text.toString();
    }

    /** The rewritten path with the octets as they came where it ends as this one does. */
    String restoreIn(String rewritten) {
        String canonical = text();
        int same = 0;
        while (same < canonical.length()
                && same < rewritten.length()
                && canonical.charAt(canonical.length() - 1 - same) == rewritten.charAt(rewritten.length() - 1 - same)) {
            same++;
        }
        int from = canonical.length() - same;
        int start = 0;
        int rawStart = 0;
        for (Segment segment : segments) {
            if (start >= from) {
                break;
            }
            start += segment.text.length();
            rawStart = segment.rawEnd;
        }
        return start < from || start == canonical.length()
                ? rewritten
                : rewritten.substring(0, rewritten.length() - (canonical.length() - start)) + raw.substring(rawStart);
    }
}
