package io.tidemark.gateway.cache;

import java.util.ArrayList;
import java.util.List;

/** Brings request fields that mean the same to one form, where RFC 9111 §4.1 allows it. */
final class FieldNormalization {
    private FieldNormalization() {}

    /** The lines as one list with a single comma and space between members, outside of quoted strings. */
    static String normalize(String name, List<String> lines) {
        List<String> members = new ArrayList<>();
        for (String line : lines) {
            split(line, members);
        }
        return String.join(", ", members);
    }

    private static void split(String line, List<String> members) {
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted) {
                i++;
            } else if (c == ',' && !quoted) {
                add(line.substring(from, i), members);
                from = i + 1;
            }
        }
        add(line.substring(from), members);
    }

    private static void add(String member, List<String> members) {
        if (!member.isBlank()) {
            members.add(member.strip());
        }
    }
}
