package io.tidemark.originstub.products;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.regex.Pattern;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A product as of one version. Not to be changed, its fields included.
 *
 * @param version 1 from the start, one more with each change
 * @param fields all its members but id, version and updatedAt
 */
record Product(String id, long version, Instant updatedAt, ObjectNode fields) {
    private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._~-]{1,128}");

    static boolean isId(String id) {
        return ID.matcher(id).matches();
    }

    /** The product that exists from the start. */
    static Product initial(String id) {
        int number = id.hashCode() & 0x7fffffff;
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        fields.put("name", "Product " + id);
        fields.put("description", "A thing of which there are as many as there are ids.");
        fields.put("price", BigDecimal.valueOf(99 + number % 9900L, 2));
        fields.put("currency", "EUR");
        return new Product(id, 1, START, fields);
    }

    /** The next version: the given members replace those of the same name. */
    Product changed(ObjectNode change, Instant now) {
        ObjectNode merged = fields.deepCopy();
        merged.setAll(change);
        merged.remove("id");
        merged.remove("version");
        merged.remove("updatedAt");
        return new Product(id, version + 1, now, merged);
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", id);
        json.put("version", version);
        json.setAll(fields);
        json.put("updatedAt", updatedAt.toString());
        return json;
    }

    String etag() {
        return "\"v" + version + '"';
    }
}
