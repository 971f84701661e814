package io.tidemark.writequeue.delivery;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** Keeps the beginning of an answer's body and reads the rest away, up to a limit at which it hangs up. */
final class BoundedBody implements BodySubscriber<String> {
    private static final long READ_AWAY = 1 << 20;

    private final int kept;
    private final CompletableFuture<String> body = new CompletableFuture<>();
    private final ByteArrayOutputStream beginning = new ByteArrayOutputStream();
    private long seen;

    @Nullable
    private Subscription subscription;

    BoundedBody(int kept) {
        this.kept = kept;
    }

    @Override
    public CompletionStage<String> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Subscription newSubscription) {
        subscription = newSubscription;
        newSubscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            seen += buffer.remaining();
            byte[] piece = new byte[Math.min(buffer.remaining(), kept - beginning.size())];
            buffer.get(piece);
            beginning.writeBytes(piece);
        }
        if (seen > READ_AWAY && subscription != null) {
            subscription.cancel();
            onComplete();
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        body.complete(beginning.toString(StandardCharsets.UTF_8));
    }
}
