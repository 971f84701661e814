package io.tidemark.invalidation.sources;

/** How a source signs. */
public enum Scheme {
    /** Standard Webhooks: {@code webhook-id}, {@code webhook-timestamp}, {@code webhook-signature}. */
    STANDARD,
    /** GitHub: {@code X-Hub-Signature-256} over the body alone, {@code X-GitHub-Delivery} as the id. */
    GITHUB
}
