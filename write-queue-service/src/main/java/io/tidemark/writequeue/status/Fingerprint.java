package io.tidemark.writequeue.status;

import io.tidemark.commons.digests.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** What tells two requests apart: a digest of the type and the data, whatever the order of members and the white space. */
public final class Fingerprint {
    private Fingerprint() {}

    public static String of(String type, JsonNode data) {
        MessageDigest digest = Sha256.begun();
        digest.update(type.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        add(digest, data);
        return Sha256.half(digest.digest());
    }

    private static void add(MessageDigest digest, JsonNode node) {
        if (node.isObject()) {
            digest.update((byte) '{');
            TreeMap<String, JsonNode> members = new TreeMap<>();
            node.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
            members.forEach((name, value) -> {
                text(digest, name);
                add(digest, value);
            });
            digest.update((byte) '}');
        } else if (node.isArray()) {
            digest.update((byte) '[');
            node.forEach(element -> add(digest, element));
            digest.update((byte) ']');
        } else {
            digest.update((byte) (node.isString() ? '"' : '#'));
            text(digest, node.isNull() ? "null" : node.asString());
        }
    }

    private static void text(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
    }
}
