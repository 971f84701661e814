package io.tidemark.gateway.cache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheDecision.Revalidate;
import io.tidemark.gateway.cache.CacheDecision.ServeStored;
import io.tidemark.gateway.http.ContentRange;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.store.StoredRecordHeads;
import io.tidemark.gateway.store.StoredResponseCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run of the whole engine on bytes that anybody could send: lines of a request and of two responses to it, then of a
 * second request. Whatever they are, no exception may come out but those that are declared.
 */
public final class EngineFuzz {
    private static final Instant NOW = PureCache.START;
    private static final Position SENT_AT = new Position("log", 1);
    private static final PolicySettings STANDARD = PolicySettings.standard();

    private static final CachePolicy POLICY = new CachePolicy(new PolicySettings(
            "fuzz",
            STANDARD.consistency(),
            Duration.ofMinutes(1),
            null,
            Duration.ofSeconds(1),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            true,
            true,
            true,
            true,
            STANDARD.maxBodyBytes(),
            new KeySettings(null, java.util.Set.of("utm"), true, List.of("X-Key"), List.of("session"))));

    private EngineFuzz() {}

    /** Jazzer's way in. */
    public static void fuzzerTestOneInput(byte[] input) {
        run(input);
    }

    /** Reads the input as parts that end with an empty line, as lines of fields; then as a record of the store. */
    static void run(byte[] input) {
        String text = new String(input, ISO_8859_1);
        String[] parts = text.split("\n\n", 4);
        PresentedRequest first = request(parts[0]);
        PresentedRequest second = request(parts.length > 3 ? parts[3] : parts[0]);
        ResponseHead answer = response(parts.length > 1 ? parts[1] : text);
        ResponseHead later = response(parts.length > 2 ? parts[2] : text);
        byte[] body = Arrays.copyOf(input, Math.min(input.length, 64));

        List<StoredResponse> stored = new ArrayList<>();
        exchange(first, answer, body, stored);
        exchange(second, later, body, stored);
        for (Trust trust : Trust.values()) {
            CacheDecision decision = POLICY.decide(second, candidates(stored), trust, NOW.plusSeconds(90));
            if (decision instanceof ServeStored served) {
                answer(served.stored(), second);
            }
        }
        CachePolicy.invalidation(first, answer).ifPresent(Invalidation::targets);
        CacheKey.of("route", first, POLICY.settings().key()).text();
        ContentRange.of(answer.headers());
        record(input);
    }

    private static void exchange(
            PresentedRequest request, ResponseHead response, byte[] body, List<StoredResponse> stored) {
        CacheDecision decision = POLICY.decide(request, candidates(stored), Trust.TRUSTED, NOW);
        switch (POLICY.onOriginResponse(request, decision, response, SENT_AT, NOW)) {
            case StoreDecision.Store store -> keep(store.with(body, request, List.of("h"), SENT_AT), request, stored);
            case StoreDecision.Freshen freshen -> keep(freshen.freshened(), request, stored);
            case StoreDecision.ServeStale stale -> answer(stale.stale().stored(), request);
            case StoreDecision.FetchAgain _, StoreDecision.DoNotStore _ -> {}
        }
        POLICY.onOriginFailure(decision, Duration.ofSeconds(5), NOW);
        if (decision instanceof Revalidate revalidate) {
            CachePolicy.revalidationHeaders(request.headers(), revalidate.conditions());
        }
    }

    private static void keep(@Nullable StoredResponse response, PresentedRequest request, List<StoredResponse> stored) {
        if (response == null) {
            return;
        }
        stored.add(response);
        answer(response, request);
        StoredResponse read = StoredResponseCodec.decode(StoredResponseCodec.encode(response));
        if (!read.headers().equals(response.headers()) || !read.variant().equals(response.variant())) {
            throw new AssertionError("read back as another response: " + read + " for " + response);
        }
    }

    private static void answer(StoredResponse stored, PresentedRequest request) {
        if (!RangeSelection.covers(stored, request)) {
            return; // then no decision is to serve it
        }
        Answer answer = Answer.from(stored, request, NOW);
        String length = answer.headers().first("Content-Length");
        if (length != null
                && !request.isHead()
                && answer.status() != 304
                && !length.equals(Long.toString(answer.length()))) {
            throw new AssertionError(length + " said, " + answer.length() + " sent: " + answer);
        }
    }

    private static void record(byte[] input) {
        try {
            StoredResponseCodec.decode(input);
        } catch (StoredResponseCodec.UnreadableException declared) {
            // The declared answer to bytes that are no record.
        }
        new StoredRecordHeads().read(input);
    }

    private static List<Candidate> candidates(List<StoredResponse> stored) {
        return stored.stream()
                .map(response -> new Candidate(response, PurgeVerdict.VALID))
                .toList();
    }

    /** {@code METHOD target} in the first line, fields in the others. */
    private static PresentedRequest request(String text) {
        String[] lines = text.split("\n", -1);
        String[] start = lines[0].split(" ", 2);
        String target = start.length > 1 && start[1].startsWith("/") ? start[1] : "/";
        int question = target.indexOf('?');
        return new PresentedRequest(
                start[0].isEmpty() ? "GET" : start[0],
                "http",
                "shop.example",
                question < 0 ? target : target.substring(0, question),
                question < 0 ? null : target.substring(question + 1),
                fields(lines));
    }

    /** The status in the first line, fields in the others. */
    private static ResponseHead response(String text) {
        String[] lines = text.split("\n", -1);
        int status = lines[0].matches("[2-9][0-9][0-9]") ? Integer.parseInt(lines[0]) : 200;
        return new ResponseHead(status, fields(lines), NOW.minusMillis(7), NOW);
    }

    /** As the HTTP library hands them over: names are tokens, values have no line ends. */
    private static Headers fields(String[] lines) {
        Headers.Builder fields = Headers.builder();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0 && lines[i].substring(0, colon).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
                fields.add(
                        lines[i].substring(0, colon),
                        lines[i].substring(colon + 1).strip().replace('\0', ' '));
            }
        }
        return fields.build();
    }
}
