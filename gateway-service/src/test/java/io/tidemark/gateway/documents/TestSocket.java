package io.tidemark.gateway.documents;

import io.tidemark.local.fixtures.Certificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A client's end of a WebSocket. */
final class TestSocket implements WebSocket.Listener {
    private static final int LIMIT = 30;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().sslContext(trusting()).build();

    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
    private final Consumer<byte[]> frames;
    private final WebSocket socket;

    /**
     * Connects.
     *
     * @param gateway its scheme, host and port
     * @param fields of the handshake, name and value in turn
     */
    TestSocket(String gateway, String path, Consumer<byte[]> frames, String... fields) {
        this.frames = frames;
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            builder.header(fields[i], fields[i + 1]);
        }
        socket = builder.buildAsync(URI.create(gateway + path), this).join();
    }

    /** Those of the tests' authority. */
    private static SSLContext trusting() {
        try (InputStream pem = Files.newInputStream(Certificates.pem("ca"))) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null);
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket ws, ByteBuffer data, boolean last) {
        byte[] octets = new byte[data.remaining()];
        data.get(octets);
        parts.writeBytes(octets);
        if (last) {
            frames.accept(parts.toByteArray());
            parts.reset();
        }
        ws.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket ws, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket ws, Throwable error) {
        closed.completeExceptionally(error);
    }

    void send(byte[] frame) {
        socket.sendBinary(ByteBuffer.wrap(frame), true).join();
    }

    void text(String text) {
        socket.sendText(text, true).join();
    }

    /** Breaks off without a goodbye. */
    void abort() {
        socket.abort();
    }

    @Override
    public String toString() {
        return closed.toString()
                + (closed.isDone()
                        ? closed.handle((code, failure) -> code + " " + failure).join()
                        : "");
    }

    boolean isClosed() {
        return closed.isDone();
    }

    /** The code that it is closed with. */
    int code() {
        try {
            return closed.get(LIMIT, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError("not closed", failed);
        }
    }
}
