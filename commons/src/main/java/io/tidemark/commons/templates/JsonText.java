package io.tidemark.commons.templates;

import java.math.BigDecimal;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** JSON values as texts that templates take. */
public final class JsonText {
    /** What such a value must be, for people. */
    public static final String USABLE = "must be a string that is not blank, a whole number or a boolean";

    private static final int MAX_DIGITS = 64;

    private JsonText() {}

    /**
     * The one text of a value: equal numbers have the same, {@code 1} and {@code 1.0} and {@code 10e-1}. Numbers with a
     * fraction, of which nobody knows how the other side writes them, have none, nor have those of more than
     * {@value #MAX_DIGITS} digits.
     */
    public static Optional<String> of(JsonNode value) {
        if (value.isString()) {
            return Optional.of(value.stringValue()).filter(text -> !text.isBlank());
        }
        if (value.isBoolean()) {
            return Optional.of(value.asString());
        }
        boolean hasDigits = value.isNumber() && (!value.isDouble() || Double.isFinite(value.doubleValue()));
        return hasDigits ? whole(value.decimalValue()) : Optional.empty();
    }

    private static Optional<String> whole(BigDecimal number) {
        if (number.signum() == 0) {
            return Optional.of("0");
        }
        long digits = (long) number.precision() - number.scale();
        BigDecimal stripped = number.stripTrailingZeros();
        return digits > MAX_DIGITS || stripped.scale() > 0 ? Optional.empty() : Optional.of(stripped.toPlainString());
    }
}
