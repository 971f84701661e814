package io.tidemark.invalidation.explanations;

import io.tidemark.contracts.Inquiry;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** What is asked about: a request, or the last one for a URL up to a time. */
sealed interface Asked {
    /** The inquiry that it is. */
    Inquiry inquiry(String id, Instant now);

    /** In words. */
    String text();

    /** A request by its id. */
    record Request(String request) implements Asked {
        private static final int LONGEST = 128;

        public Request {
            if (request.isEmpty() || request.length() > LONGEST || !request.matches("[A-Za-z0-9._:=+/-]+")) {
                throw new IllegalArgumentException("request is no request's id, which has 1 to " + LONGEST
                        + " of A-Z a-z 0-9 . _ : = + / -; answers name theirs in X-Request-Id");
            }
        }

        @Override
        public Inquiry inquiry(String id, Instant now) {
            return new Inquiry(Inquiry.SCHEMA, id, request, null, null, now);
        }

        @Override
        public String text() {
            return "a request " + request;
        }
    }

    /** The last one for a URL. */
    record Url(String url, Instant upTo) implements Asked {
        public Url {
            if (url.length() > Inquiry.LONGEST_URL || !isUrl(url)) {
                throw new IllegalArgumentException("url is not one as http://shop.example/p/1, of at most "
                        + Inquiry.LONGEST_URL + " characters, encoded for a query");
            }
        }

        private static boolean isUrl(String text) {
            try {
                URI uri = new URI(text);
                return uri.getHost() != null
                        && ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()));
            } catch (URISyntaxException malformed) {
                return false;
            }
        }

        @Override
        public Inquiry inquiry(String id, Instant now) {
            return new Inquiry(Inquiry.SCHEMA, id, null, url, upTo, now);
        }

        @Override
        public String text() {
            return "a request for this URL up to " + upTo;
        }
    }

    /**
     * What a query asks about.
     *
     * @param at null: now
     * @throws IllegalArgumentException in words, if it is malformed
     */
    static Asked of(@Nullable String request, @Nullable String url, @Nullable String at, Instant now) {
        if ((request == null) == (url == null)) {
            throw new IllegalArgumentException("ask by request=<id>, or by url=<url>&at=<time>");
        }
        if (request != null) {
            if (at != null) {
                throw new IllegalArgumentException("at goes with a url, not with a request");
            }
            return new Request(request);
        }
        return new Url(String.valueOf(url), at == null ? now : time(at));
    }

    private static Instant time(String at) {
        try {
            return Instant.parse(at);
        } catch (DateTimeParseException malformed) {
            throw new IllegalArgumentException("at is not a time as 2026-01-31T12:00:00Z", malformed);
        }
    }
}
