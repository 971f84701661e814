package io.tidemark.gateway.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Brings request fields that mean the same to one form, where RFC 9111 §4.1 allows it: lines are joined, whitespace and
 * empty members dropped; in the content negotiation fields, whose values have no case and whose members no order but that of
 * their weights (RFC 9110 §12.5), both are made the same.
 */
final class FieldNormalization {
    private static final Set<String> CASELESS = Set.of("accept-language", "accept-encoding", "accept-charset");

    private FieldNormalization() {}

    /**
     * The lines as one list with a comma and a space between its members.
     *
     * @param name in lower case
     */
    static String normalize(String name, List<String> lines) {
        List<String> members = new ArrayList<>();
        for (String line : lines) {
            split(line, members);
        }
        return String.join(", ", CASELESS.contains(name) ? Preferences.sorted(members) : members);
    }

    static void split(String line, List<String> members) {
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
