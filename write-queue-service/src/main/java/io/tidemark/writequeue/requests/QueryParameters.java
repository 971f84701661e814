package io.tidemark.writequeue.requests;

import io.tidemark.commons.json.Members;
import io.tidemark.commons.problems.Shown;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.util.StringUtils;
import org.springframework.web.ErrorResponseException;

/**
 * The parameters of a query, decoded. Each stands at most once and is not empty: a filter that is passed over, or half
 * understood, would mean everything.
 */
public final class QueryParameters {
    private final Map<String, String> values;

    private QueryParameters(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads a query.
     *
     * @param query as it came, null if there is none
     * @throws ErrorResponseException 400, naming the parameter that is none of the known ones, or not usable
     */
    public static QueryParameters of(@Nullable String query, Members known) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : query == null || query.isEmpty() ? new String[0] : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals), pair);
            if (!known.names().contains(name)) {
                throw Refusal.of(
                        HttpStatus.BAD_REQUEST,
                        "unknown-parameter",
                        "There is no such parameter",
                        known.names().isEmpty()
                                ? '"' + Shown.of(name) + "\" is not understood: there are no parameters here"
                                : known.refusal(name));
            }
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1), name);
            if (value.isEmpty()) {
                throw invalid(name, "must not be empty");
            }
            if (values.put(name, value) != null) {
                throw invalid(name, "must stand once");
            }
        }
        return new QueryParameters(values);
    }

    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** A whole number from {@code least} to {@code most}. */
    public int number(String name, int absent, int least, int most) {
        String text = values.get(name);
        if (text == null) {
            return absent;
        }
        boolean digits = text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int number = digits ? Integer.parseInt(text) : -1;
        if (!digits) {
            throw invalid(name, "must be a whole number");
        }
        if (number < least || number > most) {
            throw invalid("invalid-" + name, name, "must be a whole number from " + least + " to " + most);
        }
        return number;
    }

    /** That a parameter's value is none of those that it may have, to be thrown. */
    public static ErrorResponseException invalid(String problem, String name, String detail) {
        return Refusal.of(HttpStatus.BAD_REQUEST, problem, "A parameter is not usable", Shown.of(name) + ' ' + detail);
    }

    private static ErrorResponseException invalid(String name, String detail) {
        return invalid("bad-request", name, detail);
    }

    private static String decoded(String text, String of) {
        try {
            String octets = StringUtils.uriDecode(text.replace('+', ' '), StandardCharsets.ISO_8859_1);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException malformed) {
            throw invalid(of, "must be percent-encoded UTF-8");
        }
    }
}
