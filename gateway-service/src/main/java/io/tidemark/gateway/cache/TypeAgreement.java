package io.tidemark.gateway.cache;

import io.tidemark.gateway.http.Headers;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whether a response is of the type that its path's extension stands for. Where origins take {@code /account/x.css} or
 * {@code /account;/x.css} for {@code /account}, anybody could make the cache store what is somebody's own; such a response
 * is no stylesheet.
 */
final class TypeAgreement {
    private static final List<String> SCRIPT =
            List.of("text/javascript", "application/javascript", "application/x-javascript");
    private static final List<String> IMAGE = List.of("image/");
    private static final List<String> FONT =
            List.of("font/", "application/font", "application/x-font", "application/vnd.ms-fontobject");
    private static final List<String> MEDIA = List.of("video/", "audio/", "application/ogg");
    private static final List<String> ARCHIVE = List.of(
            "application/zip",
            "application/gzip",
            "application/x-gzip",
            "application/x-tar",
            "application/octet-stream");

    /** The beginnings of the types that an extension stands for; of other extensions nothing is said. */
    private static final Map<String, List<String>> TYPES = Map.ofEntries(
            Map.entry("css", List.of("text/css")),
            Map.entry("js", SCRIPT),
            Map.entry("mjs", SCRIPT),
            Map.entry("map", List.of("application/json", "application/octet-stream")),
            Map.entry("wasm", List.of("application/wasm")),
            Map.entry("txt", List.of("text/plain")),
            Map.entry("csv", List.of("text/csv")),
            Map.entry("pdf", List.of("application/pdf")),
            Map.entry("png", IMAGE),
            Map.entry("jpg", IMAGE),
            Map.entry("jpeg", IMAGE),
            Map.entry("gif", IMAGE),
            Map.entry("webp", IMAGE),
            Map.entry("avif", IMAGE),
            Map.entry("svg", IMAGE),
            Map.entry("ico", IMAGE),
            Map.entry("bmp", IMAGE),
            Map.entry("woff", FONT),
            Map.entry("woff2", FONT),
            Map.entry("ttf", FONT),
            Map.entry("otf", FONT),
            Map.entry("eot", FONT),
            Map.entry("mp3", MEDIA),
            Map.entry("mp4", MEDIA),
            Map.entry("ogg", MEDIA),
            Map.entry("wav", MEDIA),
            Map.entry("webm", MEDIA),
            Map.entry("zip", ARCHIVE),
            Map.entry("gz", ARCHIVE),
            Map.entry("tar", ARCHIVE));

    private TypeAgreement() {}

    /** Whether the types agree, or the path has no extension that stands for one. */
    static boolean agrees(String path, Headers response) {
        List<String> types = TYPES.get(extension(path));
        if (types == null) {
            return true;
        }
        String type = response.first("Content-Type");
        String lower = type == null ? "" : type.strip().toLowerCase(Locale.ROOT);
        return types.stream().anyMatch(lower::startsWith);
    }

    /** What follows the last dot, in lower case, whatever stands before it; "" without a dot. */
    private static String extension(String path) {
        String plain = path.replace("%2e", ".").replace("%2E", ".");
        return plain.substring(plain.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
