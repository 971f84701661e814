package io.tidemark.state.keys;

import javax.crypto.SecretKey;

/**
 * What is sealed of one subject is sealed with: 256 random bits. No text has them.
 *
 * @param subject the name that stands for the subject, of {@link UserNames}
 */
public record DataKey(String subject, SecretKey secret) {
    @Override
    public String toString() {
        return "the data key of " + subject;
    }
}
