package io.tidemark.invalidation.sources;

import io.tidemark.contracts.Target;
import io.tidemark.invalidation.sources.SourcesProperties.SourceProperties;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A configured source. Immutable. */
public final class Source {
    private static final int MIN_TOKEN_LENGTH = 24;

    private final String name;
    private final Scheme scheme;
    private final WebhookVerifier verifier;
    private final Permission permission;
    private final int rateLimit;
    private final List<String> readTokens;
    private final int patternRate;
    private final Duration repurgeAfter;
    private final boolean subjects;
    private final Map<String, EventMapping> events;

    /** @throws IllegalArgumentException if the properties are not right; the message names the property */
    Source(String name, SourceProperties properties) {
        String path = "tidemark.sources." + name;
        if (properties.secrets().isEmpty()) {
            throw new IllegalArgumentException(path + ".secrets must hold at least one secret");
        }
        if (properties.rateLimit() < 1) {
            throw new IllegalArgumentException(path + ".rate-limit must be at least 1");
        }
        if (properties.readTokens().stream().anyMatch(token -> token.length() < MIN_TOKEN_LENGTH)) {
            throw new IllegalArgumentException(
                    path + ".read-tokens: each must be of at least " + MIN_TOKEN_LENGTH + " characters");
        }
        if (properties.patternRate() < 1) {
            throw new IllegalArgumentException(path + ".pattern-rate must be at least 1");
        }
        if (properties.repurgeAfter().isNegative()) {
            throw new IllegalArgumentException(path + ".repurge-after must not be negative");
        }
        if (properties.subjects() && properties.scheme() != Scheme.STANDARD) {
            throw new IllegalArgumentException(
                    path + ".subjects needs the scheme standard: github signs neither a time nor a path");
        }
        this.name = name;
        this.scheme = properties.scheme();
        this.verifier = verifier(path, properties);
        try {
            this.permission = new Permission(properties.allow());
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(path + ".allow.hosts: " + wrong.getMessage(), wrong);
        }
        this.rateLimit = properties.rateLimit();
        this.readTokens = properties.readTokens();
        this.patternRate = properties.patternRate();
        this.repurgeAfter = properties.repurgeAfter();
        this.subjects = properties.subjects();
        Map<String, EventMapping> mappings = new HashMap<>();
        properties
                .events()
                .forEach((type, rule) -> mappings.put(type, new EventMapping(path + ".events[" + type + "]", rule)));
        this.events = Map.copyOf(mappings);
    }

    private static WebhookVerifier verifier(String path, SourceProperties properties) {
        try {
            return switch (properties.scheme()) {
                case STANDARD -> new StandardWebhookVerifier(properties.secrets());
                case GITHUB -> new GithubVerifier(properties.secrets());
            };
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(path + ".secrets: each " + wrong.getMessage(), wrong);
        }
    }

    public String name() {
        return name;
    }

    public Scheme scheme() {
        return scheme;
    }

    public WebhookVerifier verifier() {
        return verifier;
    }

    /** Requests in a second, on all instances together. */
    public int rateLimit() {
        return rateLimit;
    }

    /** Each reads the receipts of its purges. */
    public List<String> readTokens() {
        return readTokens;
    }

    /** Pattern targets in an hour, on all instances together. */
    public int patternRate() {
        return patternRate;
    }

    /** Zero for not. */
    public Duration repurgeAfter() {
        return repurgeAfter;
    }

    /** Whether it may erase persons. */
    public boolean mayErase() {
        return subjects;
    }

    /** How events of this type are mapped; empty if they purge nothing. */
    public Optional<EventMapping> event(String type) {
        return Optional.ofNullable(events.get(type));
    }

    /**
     * Whether it may purge the target.
     *
     * @throws IllegalArgumentException if the target's value is not one of its kind
     */
    public boolean mayPurge(Target target) {
        return permission.includes(target);
    }
}
