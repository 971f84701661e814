package io.tidemark.state.checkout;

import com.networknt.schema.Schema;
import io.tidemark.commons.problems.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * The steps that come before {@value #CONFIRM}, in their order, and what each takes.
 *
 * @param schemas by the name of the step; a step without one takes any object
 */
public record CheckoutSteps(List<String> names, Map<String, Schema> schemas) {
    /** The last step of all. */
    public static final String CONFIRM = "confirm";

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    /** @throws IllegalArgumentException naming what is wrong */
    public CheckoutSteps {
        names = List.copyOf(names);
        schemas = Map.copyOf(schemas);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("there must be a step before " + CONFIRM);
        }
        for (String name : names) {
            if (!NAME.matcher(name).matches() || name.equals(CONFIRM)) {
                throw new IllegalArgumentException("a step is called with a-z 0-9 -, and not " + CONFIRM + ": " + name);
            }
        }
        if (names.stream().distinct().count() != names.size()) {
            throw new IllegalArgumentException("no step comes twice: " + names);
        }
        for (String name : schemas.keySet()) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException("there is no step " + name + " that a schema could be of");
            }
        }
    }

    /** Whether there is a step of that name, the last one among them. */
    public boolean has(String name) {
        return name.equals(CONFIRM) || names.contains(name);
    }

    /** What comes after so many steps. */
    String after(int done) {
        return done < names.size() ? names.get(done) : CONFIRM;
    }

    /** What is wrong with what a step is given; nothing if it can be taken. */
    public List<Violation> violationsOf(String step, JsonNode data) {
        List<Violation> violations = new ArrayList<>();
        if (!data.isObject()) {
            violations.add(new Violation("", "a step takes an object"));
            return violations;
        }
        Schema schema = schemas.get(step);
        if (schema != null) {
            for (var error : schema.validate(data)) {
                violations.add(new Violation(error.getInstanceLocation().toString(), error.getMessage()));
            }
        }
        return violations;
    }
}
