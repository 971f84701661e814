package io.tidemark.gateway.hit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import io.tidemark.gateway.policy.EdgeProperties;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Copies of large stored bodies outside of the heap, from where the kernel takes them: a body on the heap is copied by Netty
 * for each answer. The copies that are used least leave once they take more than {@code tidemark.hit-route.direct-size}; a
 * body that has none is sent from the heap. Thread-safe.
 *
 * <p>A copy is freed when it has left and no answer uses it any more; with those that are used still, copies take no more than
 * twice that size. It is never pooled, so that whoever still finds it
 * afterwards is told so.
 */
@Component
final class DirectBodies {
    /** From this size on, in bytes, copying costs more than looking for the copy. */
    private static final int SMALLEST = 8 * 1024;

    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true);
    private final Cache<byte[], ByteBuf> copies;
    private final long maxBytes;
    private final long largest;

    @Autowired
    DirectBodies(HitRouteProperties properties, EdgeProperties edge) {
        this(
                properties.directSize() != null
                        ? properties.directSize().toBytes()
                        : edge.store().localSize().toBytes() / 8);
    }

    /** @param maxBytes the most that the copies may take, no single one more than a quarter of it; 0 for none */
    DirectBodies(long maxBytes) {
        this.maxBytes = maxBytes;
        this.largest = maxBytes / 4;
        this.copies = Caffeine.newBuilder()
                .weakKeys() // compared by identity, and no longer there than the stored body
                .maximumWeight(maxBytes)
                .weigher((byte[] bytes, ByteBuf _) -> bytes.length)
                .removalListener((_, copy, _) -> ReferenceCountUtil.release(copy))
                .executor(Runnable::run)
                .build();
    }

    /** A buffer with these bytes, which nobody may write to any more; the caller releases it. */
    ByteBuf of(byte[] bytes) {
        if (bytes.length < SMALLEST || bytes.length > largest) {
            return Unpooled.wrappedBuffer(bytes);
        }
        ByteBuf copy = copies.getIfPresent(bytes);
        if (copy != null) {
            try {
                return copy.retainedDuplicate();
            } catch (IllegalReferenceCountException hasJustLeft) {
                return Unpooled.wrappedBuffer(bytes);
            }
        }
        if (memory.metric().usedDirectMemory() + bytes.length > 2 * maxBytes) {
            return Unpooled.wrappedBuffer(bytes); // answers that are not read hold copies that have left
        }
        copy = memory.directBuffer(bytes.length, bytes.length).writeBytes(bytes);
        ByteBuf answer = copy.retainedDuplicate(); // first: the copy may have to leave at once
        copies.put(bytes, copy);
        return answer;
    }

    /** How many bytes the copies take. */
    long bytes() {
        return copies.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(0))
                .orElse(0L);
    }
}
