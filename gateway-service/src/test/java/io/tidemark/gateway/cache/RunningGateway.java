package io.tidemark.gateway.cache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.gateway.GatewayApplication;
import io.tidemark.gateway.cache.CacheUnderTest.How;
import io.tidemark.gateway.cache.CacheUnderTest.Outcome;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginBreakers;
import io.tidemark.gateway.store.RegionStore;
import io.tidemark.gateway.store.TieredStore;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Redis;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;

/**
 * The whole gateway in its profile {@code standalone}, asked over bare sockets, before a {@link RawOrigin}. One for all test
 * classes of a JVM; each {@link #cache()} is a URL of its own.
 */
public final class RunningGateway implements AutoCloseable {
    /** A final response as it came in. */
    public record Response(int status, Headers headers, String body) {}

    /** What the gateway adds to each answer. */
    private static final String[] OWN_FIELDS = {
        "Cache-Status", "X-Cache-Status", "X-Data-Age-Ms", "X-Edge-Colo", "X-Request-Id", "Connection"
    };

    /** So many that no breaker opens: it does when half of the last calls failed. */
    private static final int ANSWERS_FOR_ONE_THAT_FAILED = 3;

    private static final AtomicReference<@Nullable RunningGateway> INSTANCE = new AtomicReference<>();
    private static final AtomicReference<@Nullable RunningGateway> OVER_REDIS = new AtomicReference<>();

    public final RawOrigin origin = new RawOrigin();
    private final AtomicReference<Instant> now = new AtomicReference<>(PureCache.START);
    private final AtomicInteger urls = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final ConfigurableApplicationContext context;
    private final int port;

    private RunningGateway(String... more) {
        SpringApplication application = new SpringApplication(GatewayApplication.class);
        InstantSource clock = now::get;
        application.addInitializers(starting -> {
            GenericApplicationContext beans = (GenericApplicationContext) starting;
            beans.registerBean(
                    "testClock", InstantSource.class, () -> clock, definition -> definition.setPrimary(true));
            // Event loops of its own: another gateway of this JVM takes the common ones with it when it closes.
            ReactorResourceFactory loops = new ReactorResourceFactory();
            loops.setUseGlobalResources(false);
            beans.registerBean(ReactorResourceFactory.class, () -> loops);
            beans.getBeanFactory().addBeanPostProcessor(new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return switch (bean) {
                        case RegionStore region -> new WatchedRegion(region);
                        // They go by the tests' clock too: what one test's origin did not answer is long ago in the
                        // next.
                        case OriginBreakers _ -> new OriginBreakers(clock, new SimpleMeterRegistry(), Set.of());
                        default -> bean;
                    };
                }
            });
        });
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.profiles.active=standalone",
                "--server.port=0",
                "--tidemark.management-port=0",
                "--tidemark.origin=http://127.0.0.1:" + origin.port()));
        arguments.addAll(List.of(more));
        context = application.run(arguments.toArray(String[]::new));
        port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    public static synchronized RunningGateway get() {
        RunningGateway running = INSTANCE.get();
        if (running == null) {
            running = new RunningGateway();
            INSTANCE.set(running);
            Runtime.getRuntime().addShutdownHook(new Thread(running.context::close));
        }
        return running;
    }

    /** One with a real Redis behind its local store. */
    public static synchronized RunningGateway overRedis() {
        RunningGateway running = OVER_REDIS.get();
        if (running == null) {
            Redis redis = Redis.create(BackendOptions.named("redis-tables").withMode(BackendMode.EMBEDDED));
            redis.start();
            running = new RunningGateway(
                    "--tidemark.redis.enabled=true",
                    "--tidemark.redis.budget=5s",
                    "--spring.data.redis.url=" + redis.url());
            OVER_REDIS.set(running);
            ConfigurableApplicationContext context = running.context;
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                context.close();
                redis.close();
            }));
            running.awaitRedis();
        }
        return running;
    }

    private void awaitRedis() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!context.getBean(TieredStore.class).isSharedUp()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("no connection to Redis");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** One of its own, with other properties; to be closed by who asked for it. */
    public static RunningGateway with(String... properties) {
        return new RunningGateway(properties);
    }

    @Override
    public void close() throws IOException {
        context.close();
        origin.close();
    }

    /** A URL that nobody has asked for; its origin answers, whatever those of other tests did. */
    public String newTarget() {
        int missing = ANSWERS_FOR_ONE_THAT_FAILED * unanswered.getAndSet(0);
        if (missing > 0) {
            CacheUnderTest well = new OneUrl(newTarget(), false).origin("Cache-Control: no-store");
            for (int i = 0; i < missing; i++) {
                well.get();
            }
        }
        return "/t/" + urls.incrementAndGet();
    }

    public CacheUnderTest cache() {
        return new OneUrl(newTarget(), false);
    }

    /** A URL that only Redis knows the responses of, whenever it is asked for. */
    public CacheUnderTest cacheOfRegion() {
        return new OneUrl(newTarget(), true);
    }

    private void forgetLocally(String target) {
        context.getBean(WatchedRegion.class).awaitWritten();
        PresentedRequest request = new PresentedRequest("GET", "http", "shop.example", target, null, Headers.empty());
        context.getBean(TieredStore.class).local().remove(CacheKey.of("origin", request));
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public int port() {
        return port;
    }

    /** A connection to the gateway; reading from it gives up after 10 s. */
    public Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** The next response on a connection, an interim one too. */
    public static Response next(InputStream in) throws IOException {
        Message head = Message.readHead(in);
        if (head == null) {
            throw new IOException("closed without a response");
        }
        int status = Integer.parseInt(head.startLine().split(" ", -1)[1]);
        boolean none = status < 200 || status == 204 || status == 304;
        return new Response(status, head.headers(), none ? "" : head.readBody(in, true));
    }

    /** Sends these bytes and reads one response. */
    public Response send(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                Message head = Message.readHead(in);
                if (head == null) {
                    throw new IOException("closed without a response");
                }
                int status = Integer.parseInt(head.startLine().split(" ", -1)[1]);
                if (status >= 200) {
                    boolean none = status == 204 || status == 304 || request.startsWith("HEAD ");
                    return new Response(status, head.headers(), none ? "" : head.readBody(in, true));
                }
            }
        }
    }

    public Response send(String method, String target, Headers headers) throws IOException {
        StringBuilder request = new StringBuilder(method + ' ' + target + " HTTP/1.1\r\n");
        if (!headers.has("Host")) {
            request.append("Host: shop.example\r\n");
        }
        headers.forEach(field ->
                request.append(field.name()).append(": ").append(field.value()).append("\r\n"));
        String length = headers.first("Content-Length");
        String body = length == null ? "" : "x".repeat(Integer.parseInt(length));
        return send(request.append("Connection: close\r\n\r\n").append(body).toString());
    }

    /** A response with its length. */
    public static byte[] response(int status, Headers headers, String body, boolean withBody) {
        StringBuilder response = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
        headers.forEach(field ->
                response.append(field.name()).append(": ").append(field.value()).append("\r\n"));
        boolean none = status == 204 || status == 304 || !withBody;
        if (!none && !headers.has("Content-Length")) {
            response.append("Content-Length: ").append(body.length()).append("\r\n");
        }
        return response.append("\r\n").append(none ? "" : body).toString().getBytes(ISO_8859_1);
    }

    private final class OneUrl extends CacheUnderTest {
        private final String target;
        private final boolean ofRegion;
        private final AtomicInteger calls = new AtomicInteger();
        private volatile @Nullable Headers forwarded;

        OneUrl(String target, boolean ofRegion) {
            this.target = target;
            this.ofRegion = ofRegion;
            origin(200, null, "body");
        }

        @Override
        public CacheUnderTest origin(int status, @Nullable String fields, String body) {
            Headers headers = dated(fields);
            origin.on(target, request -> {
                calls.incrementAndGet();
                forwarded = request.headers();
                return response(status, headers, body, !request.method().equals("HEAD"));
            });
            return this;
        }

        @Override
        public CacheUnderTest originDown() {
            origin.on(target, request -> {
                calls.incrementAndGet();
                unanswered.incrementAndGet();
                return null;
            });
            return this;
        }

        @Override
        public CacheUnderTest later(long seconds) {
            now.updateAndGet(before -> before.plusSeconds(seconds));
            return this;
        }

        @Override
        public Instant now() {
            return now.get();
        }

        @Override
        public int calls() {
            return calls.get();
        }

        @Override
        public Headers forwarded() {
            Headers received = forwarded;
            if (received == null) {
                throw new AssertionError("the origin was not asked");
            }
            return received;
        }

        @Override
        public boolean isStored() {
            int before = calls.get();
            boolean stored =
                    send("GET", "Cache-Control: only-if-cached, max-stale").status() != 504;
            assertSame(before, calls.get());
            return stored;
        }

        private void assertSame(int before, int after) {
            if (before != after) {
                throw new AssertionError("only-if-cached reached the origin");
            }
        }

        @Override
        public Outcome send(String method, @Nullable String fields) {
            if (ofRegion) {
                forgetLocally(target);
            }
            int before = calls.get();
            Response response;
            try {
                response = RunningGateway.this.send(method, target, dated(fields));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            String summary = String.valueOf(response.headers.first("X-Cache-Status"));
            boolean asked = calls.get() > before;
            How how = switch (summary) {
                case "HIT" -> How.HIT;
                case "STALE" -> How.STALE;
                case "REVALIDATED" -> How.REVALIDATED;
                default -> response.status == 504 || response.status == 502 ? problem(response) : How.ORIGIN;
            };
            if (how == How.HIT && asked) {
                throw new AssertionError("said to be a hit, but the origin was asked");
            }
            return new Outcome(how, response.status, response.headers.without(OWN_FIELDS), response.body);
        }

        private static How problem(Response response) {
            String type = String.valueOf(response.headers.first("Content-Type")).toLowerCase(Locale.ROOT);
            return type.startsWith("application/problem+json") ? How.TIMEOUT : How.ORIGIN;
        }
    }
}
