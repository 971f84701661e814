package io.tidemark.invalidation.purges;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may read receipts and the fleet, beside sources with their {@code read-tokens}.
 *
 * @param open whether everybody may; for one machine only
 * @param operatorTokens tokens of at least 24 characters, any of which reads everything
 */
@ConfigurationProperties(value = "tidemark.reading", ignoreUnknownFields = false)
record ReadingProperties(
        @DefaultValue("false") boolean open, @DefaultValue List<String> operatorTokens) {
    static final int MIN_TOKEN_LENGTH = 24;

    ReadingProperties {
        operatorTokens = List.copyOf(operatorTokens);
        if (operatorTokens.stream().anyMatch(token -> token.length() < MIN_TOKEN_LENGTH)) {
            throw new IllegalArgumentException(
                    "tidemark.reading.operator-tokens: each must be of at least " + MIN_TOKEN_LENGTH + " characters");
        }
    }
}
