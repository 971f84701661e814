package io.tidemark.k8s;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bytes as people write them: {@code 100KB}, {@code 2Gi}, and the other way round. */
final class Size {
    static final double MIB = 1 << 20;

    private static final Pattern WRITTEN = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(|[KMGT]i?)B?");
    private static final String UNITS = "KMGT";

    private Size() {}

    static double parse(String text) {
        Matcher written = WRITTEN.matcher(text);
        if (!written.matches()) {
            throw new IllegalArgumentException("100KB, 2Gi or a number of bytes, not " + text);
        }
        String unit = written.group(2);
        int power = unit.isEmpty() ? 0 : UNITS.indexOf(unit.charAt(0)) + 1;
        return Double.parseDouble(written.group(1)) * Math.pow(unit.endsWith("i") ? 1024 : 1000, power);
    }

    /** With three digits, of 1,000. */
    static String of(double bytes) {
        double value = bytes;
        int power = 0;
        while (value >= 999.5 && power < UNITS.length()) {
            value /= 1000;
            power++;
        }
        String unit = power == 0 ? "B" : UNITS.charAt(power - 1) + "B";
        String format = value >= 99.95 || power == 0 ? "%.0f %s" : value >= 9.995 ? "%.1f %s" : "%.2f %s";
        return String.format(Locale.ROOT, format, value, unit);
    }
}
