package io.tidemark.k8s;

import io.tidemark.k8s.Sizing.Wishes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code ./run sizing} is asked: {@code name=value}, all that is not said as in the example. */
final class SizingArguments {
    private SizingArguments() {}

    private static Map<String, String> usual() {
        Map<String, String> usual = new LinkedHashMap<>();
        usual.put("sites", "200");
        usual.put("gateways", "3");
        usual.put("memory", "2Gi");
        usual.put("redis", "64GB");
        usual.put("items", "10000000");
        usual.put("bytes", "100KB");
        usual.put("tags", "2");
        usual.put("reads", "2000");
        usual.put("writes", "200");
        usual.put("ttl", "3600");
        return usual;
    }

    static Wishes read(List<String> arguments) {
        Map<String, String> said = usual();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            if (equals < 0 || !said.containsKey(name)) {
                throw new IllegalArgumentException(
                        "there is no " + argument + ", but name=value with " + said.keySet());
            }
            said.put(name, argument.substring(equals + 1));
        }
        return new Wishes(
                (int) number(said, "sites"),
                (int) number(said, "gateways"),
                number(said, "memory"),
                number(said, "redis"),
                number(said, "items"),
                number(said, "bytes"),
                (int) number(said, "tags"),
                number(said, "reads"),
                number(said, "writes"),
                number(said, "ttl"));
    }

    private static double number(Map<String, String> said, String name) {
        String text = said.getOrDefault(name, "");
        double number;
        try {
            number = Size.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(name + ": " + wrong.getMessage(), wrong);
        }
        boolean mayBeNone = name.equals("writes") || name.equals("tags");
        if (number < (mayBeNone ? 0 : 1)) {
            throw new IllegalArgumentException(name + ": at least 1, not " + text);
        }
        return number;
    }

    static String said(Wishes wishes) {
        return String.format(
                Locale.ROOT,
                "%d sites of %d gateways with %s and a Redis of %s each; %,.0f items of %s with %d tags; "
                        + "%,.0f reads/s at each site, %,.0f writes/s in all; fresh for %,.0f s",
                wishes.sites(),
                wishes.gateways(),
                Size.of(wishes.memory()),
                Size.of(wishes.redis()),
                wishes.items(),
                Size.of(wishes.bytes()),
                wishes.tags(),
                wishes.reads(),
                wishes.writes(),
                wishes.ttl());
    }
}
