package io.tidemark.originstub.webhooks;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code stub.webhook.*}: where and how webhooks are sent.
 *
 * @param enabled whether any are
 * @param url where to
 * @param secret {@code whsec_} and the key in base64; empty for no webhooks
 * @param timeout of each attempt
 * @param firstDelay before the second attempt; doubled for each further one
 * @param maxDelay the longest of them
 * @param attempts how often one is sent at most
 * @param maxPending how many may wait to be sent
 */
@ConfigurationProperties("stub.webhook")
public record WebhookProperties(
        @DefaultValue("true") boolean enabled,

        @DefaultValue("http://127.0.0.1:8082/v1/sources/catalog/purges")
        URI url,

        @DefaultValue("") String secret,
        @DefaultValue("5s") Duration timeout,
        @DefaultValue("100ms") Duration firstDelay,
        @DefaultValue("5s") Duration maxDelay,
        @DefaultValue("60") int attempts,
        @DefaultValue("10000") int maxPending) {
    public WebhookProperties {
        if (!secret.isEmpty() && !secret.startsWith("whsec_")) {
            throw new IllegalArgumentException("stub.webhook.secret must start with whsec_");
        }
        if (!firstDelay.isPositive() || maxDelay.compareTo(firstDelay) < 0) {
            throw new IllegalArgumentException(
                    "stub.webhook.first-delay must be greater than 0, and stub.webhook.max-delay not smaller");
        }
        if (!timeout.isPositive() || attempts < 1 || maxPending < 1) {
            throw new IllegalArgumentException(
                    "stub.webhook.timeout, stub.webhook.attempts and stub.webhook.max-pending must be greater than 0");
        }
    }

    boolean isOn() {
        return enabled && !secret.isEmpty();
    }
}
