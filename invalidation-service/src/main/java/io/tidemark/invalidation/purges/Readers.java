package io.tidemark.invalidation.purges;

import io.tidemark.invalidation.purges.Reader.Operator;
import io.tidemark.invalidation.sources.Source;
import io.tidemark.invalidation.sources.Sources;
import io.tidemark.invalidation.webhooks.RefusedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Tells by its bearer token (RFC 6750) who reads: an operator, or a source. Immutable. */
@Component
@EnableConfigurationProperties(ReadingProperties.class)
class Readers {
    private static final Logger log = LoggerFactory.getLogger(Readers.class);
    private static final Pattern BEARER = Pattern.compile("(?i)Bearer +([!-~]+) *");

    private final boolean open;
    private final Map<String, Reader> byToken = new LinkedHashMap<>();

    Readers(ReadingProperties properties, Sources sources) {
        this.open = properties.open();
        for (Source source : sources.all()) {
            source.readTokens().forEach(token -> byToken.put(token, new Reader.OfSource(source.name())));
        }
        properties.operatorTokens().forEach(token -> byToken.put(token, new Operator()));
        if (!open && byToken.isEmpty()) {
            log.warn("nobody can read receipts: neither tidemark.reading.operator-tokens nor any source's read-tokens"
                    + " is set");
        }
    }

    /** @throws RefusedException 401, if the field names nobody */
    Reader of(@Nullable String authorization) {
        if (open) {
            return new Operator();
        }
        Matcher bearer = BEARER.matcher(authorization == null ? "" : authorization);
        Reader reader = null;
        if (bearer.matches()) {
            byte[] presented = bearer.group(1).getBytes(StandardCharsets.UTF_8);
            for (Map.Entry<String, Reader> known : byToken.entrySet()) {
                if (MessageDigest.isEqual(known.getKey().getBytes(StandardCharsets.UTF_8), presented)) {
                    reader = known.getValue();
                }
            }
        }
        if (reader == null) {
            throw new RefusedException(
                            HttpStatus.UNAUTHORIZED,
                            "unauthorized",
                            "Receipts are read with a token",
                            authorization == null
                                    ? "the header Authorization: Bearer <token> is missing"
                                    : "the header Authorization holds no token of a source or an operator")
                    .challenge("Bearer", "receipts");
        }
        return reader;
    }

    /** @throws RefusedException 401 or 403, if it is no operator */
    void requireOperator(@Nullable String authorization) {
        if (!(of(authorization) instanceof Operator)) {
            throw new RefusedException(
                    HttpStatus.FORBIDDEN,
                    "operators-only",
                    "Only operators may read this",
                    "the token is a source's, which reads the receipts of its own purges");
        }
    }
}
