package io.tidemark.simulation;

import io.tidemark.gateway.edge.RoutedRequest;
import io.tidemark.gateway.http.Headers;
import io.tidemark.simulation.Edge.Answer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's request, and what it was promised when it came.
 *
 * @param promised the oldest version that may answer it
 */
record Read(RoutedRequest request, int promised) {
    private static final String[] LANGUAGES = {"en", "de"};
    private static final List<RoutedRequest> PLAIN = List.of(request("GET", 0), request("GET", 1));

    private static RoutedRequest request(String method, int language) {
        return Edge.request(method, "Host", "shop.example", "Accept-Language", LANGUAGES[language]);
    }

    private static RoutedRequest get(int language, String field, String value) {
        return Edge.request("GET", "Host", "shop.example", "Accept-Language", LANGUAGES[language], field, value);
    }

    static Read plain(int promised) {
        return new Read(PLAIN.getFirst(), promised);
    }

    /** Any kind of read: whole, in part, head only, conditional, past the cache, after a position. */
    static Read any(World world) {
        int kind = world.random.nextInt(30);
        int language = world.random.nextInt(4) == 0 ? 1 : 0;
        RoutedRequest request = switch (kind) {
            case 0 -> get(language, "Range", "bytes=0-3");
            case 1 -> get(language, "Range", "bytes=3-7");
            case 2 -> request("HEAD", language);
            case 3 -> get(language, "If-None-Match", etagOfLate(world));
            case 4 -> get(language, "Cache-Control", world.random.nextInt(4) == 0 ? "no-cache" : "max-stale");
            default -> PLAIN.get(language);
        };
        return kind == 5 ? afterPosition(world, language) : new Read(request, world.promised);
    }

    private static String etagOfLate(World world) {
        return Product.etag(Math.max(1, world.origin.version - world.random.nextInt(3)));
    }

    private static Read afterPosition(World world, int language) {
        int purges = world.broker.purges.size();
        if (purges == 0) {
            return plain(world.promised);
        }
        world.tally.count(Tally.Kind.READ_YOUR_WRITES);
        int offset = purges - 1 - world.random.nextInt(Math.min(3, purges));
        return new Read(
                get(language, "Edge-Read-After", Broker.position(offset).toString()),
                Math.max(world.promised, world.broker.purges.get(offset).demands()));
    }

    /** What is wrong with an answer in itself, null if nothing. */
    @Nullable
    String flawOf(Answer answer, int version) {
        String whole = Product.body(version);
        String expected = switch (answer.status()) {
            case 304 -> "";
            case 206 -> part(whole, answer.headers());
            default -> request.method().equals("HEAD") ? "" : whole;
        };
        return answer.body().equals(expected)
                ? null
                : "status %d of version %d with the body \"%s\"".formatted(answer.status(), version, answer.body());
    }

    private static String part(String whole, Headers headers) {
        String range = String.valueOf(headers.first("Content-Range")).substring("bytes ".length());
        int dash = range.indexOf('-');
        int slash = range.indexOf('/');
        return whole.substring(Integer.parseInt(range, 0, dash, 10), Integer.parseInt(range, dash + 1, slash, 10) + 1);
    }
}
