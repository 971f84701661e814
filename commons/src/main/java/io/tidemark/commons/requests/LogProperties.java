package io.tidemark.commons.requests;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.log.*}.
 *
 * @param sampleRate the share of ordinary requests that get a line in the log, 0 to 1
 * @param sampledPerSecond the most such lines a second
 */
@ConfigurationProperties("tidemark.log")
record LogProperties(
        @DefaultValue("0.01") double sampleRate,
        @DefaultValue("100") int sampledPerSecond) {}
