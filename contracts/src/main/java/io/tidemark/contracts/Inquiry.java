package io.tidemark.contracts;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One record of {@link Topics#INQUIRIES}: what became of a request? Each gateway answers with an {@link InquiryAnswer}. Either a
 * request's id, or a URL and a time.
 *
 * @param id unique; the answers carry it
 * @param request the id of the request that is asked about
 * @param url of which the last request is asked about
 * @param upTo that came no later
 * @param askedAt the asking service's wall clock; gateways pass over questions that are old by theirs
 */
public record Inquiry(
        int schema,
        String id,
        @Nullable String request,
        @Nullable String url,
        @Nullable Instant upTo,
        Instant askedAt) {
    public static final int SCHEMA = 1;

    /** The longest URL that is asked about, in characters. */
    public static final int LONGEST_URL = 8192;

    public Inquiry {
        if ((request == null) == (url == null) || (url == null) != (upTo == null)) {
            throw new IllegalArgumentException("an inquiry has the id of a request, or a url and a time");
        }
    }
}
