package io.tidemark.commons.kafka;

import java.nio.channels.SelectionKey;
import java.util.Map;
import org.apache.kafka.common.memory.MemoryPool;
import org.apache.kafka.common.network.ChannelBuilder;
import org.apache.kafka.common.network.ChannelMetadataRegistry;
import org.apache.kafka.common.network.KafkaChannel;

/**
 * Connections whose first answer may be no longer than others where SASL reads it, before the client's own limit holds. What
 * comes after it is of somebody who has answered as a broker does.
 */
final class LimitedChannels implements ChannelBuilder {
    private final ChannelBuilder channels;
    private final int maxBytes;

    LimitedChannels(ChannelBuilder channels, int maxBytes) {
        this.channels = channels;
        this.maxBytes = maxBytes;
    }

    @Override
    public KafkaChannel buildChannel(
            String id, SelectionKey key, int maxReceiveSize, MemoryPool memory, ChannelMetadataRegistry metadata) {
        KafkaChannel channel = channels.buildChannel(id, key, maxReceiveSize, memory, metadata);
        ClientInternals.limitFirstAnswer(channel, maxBytes);
        return channel;
    }

    @Override
    public void configure(Map<String, ?> settings) {
        channels.configure(settings);
    }

    @Override
    public void close() {
        channels.close();
    }
}
