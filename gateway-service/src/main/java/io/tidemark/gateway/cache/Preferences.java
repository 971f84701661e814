package io.tidemark.gateway.cache;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The members of a content negotiation field by their weight (RFC 9110 §12.4.2). The order in which they are written says
 * nothing; of equal weight they stand in the order of the alphabet.
 */
final class Preferences {
    private static final int MOST = 1000;
    private static final Pattern AROUND_SEMICOLONS = Pattern.compile("[ \t]*;[ \t]*");
    private static final Pattern WEIGHT = Pattern.compile("q=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)");

    /** A member in lower case with its parameters, and its weight in thousandths. */
    private record Member(String text, String value, int weight) {}

    private Preferences() {}

    /** The members in one order, whatever the order that they are in. */
    static List<String> sorted(List<String> members) {
        return members(members).stream().map(Member::text).toList();
    }

    /** The one value that is preferred to all others; null if there is none, or if two are preferred alike. */
    static @Nullable String first(List<String> lines) {
        List<String> split = new ArrayList<>();
        lines.forEach(line -> FieldNormalization.split(line, split));
        List<Member> members = members(split);
        boolean one = members.size() == 1 || (members.size() > 1 && members.getFirst().weight > members.get(1).weight);
        return one && members.getFirst().weight > 0 ? members.getFirst().value : null;
    }

    private static List<Member> members(List<String> texts) {
        return texts.stream()
                .map(Preferences::member)
                .sorted(Comparator.comparingInt(Member::weight).reversed().thenComparing(Member::text))
                .toList();
    }

    private static Member member(String text) {
        String member =
                AROUND_SEMICOLONS.matcher(text.strip().toLowerCase(Locale.ROOT)).replaceAll(";");
        int semicolon = member.indexOf(';');
        if (semicolon < 0) {
            return new Member(member, member, MOST);
        }
        return new Member(member, member.substring(0, semicolon), weight(member.substring(semicolon + 1)));
    }

    /** {@code q=0.5} as 500; what is no weight counts as the most. */
    private static int weight(String parameters) {
        if (!WEIGHT.matcher(parameters).matches()) {
            return MOST;
        }
        String digits = parameters.substring(2).replace(".", "");
        return Integer.parseInt((digits + "000").substring(0, 4));
    }
}
