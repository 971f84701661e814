package io.tidemark.gateway.session;

import static io.tidemark.gateway.session.StateClient.bearer;
import static io.tidemark.gateway.session.StateClient.begin;
import static io.tidemark.gateway.session.StateClient.send;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.fixtures.BareOrigin;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.fixtures.GatewayUnderTest.Got;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.store.PersonalIndex;
import io.tidemark.state.erasure.ErasedUpTo;
import io.tidemark.state.erasure.KeyErasure;
import io.tidemark.state.erasure.PersonErasure;
import io.tidemark.state.keys.DataKeys;
import io.tidemark.state.keys.UserNames;
import io.tidemark.state.redis.StateRedis;
import io.tidemark.state.session.SessionErasure;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Answers of one user in the cache: for nobody else, not for long, unreadable in Redis.
 *
 * <p>One class, as one start of the gateways serves all of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PersonalCacheTest {
    private static final Pattern USER = Pattern.compile("(?im)^x-edge-user: *(.*?)\r?$");

    private final BareOrigin origin = new BareOrigin();
    private final StateRegions regions = new StateRegions(
            "--tidemark.policies.mine.personal=true",
            "--tidemark.redis.budget=5s",
            "--spring.cloud.gateway.server.webflux.routes[0].id=me",
            "--spring.cloud.gateway.server.webflux.routes[0].uri=" + origin.uri(),
            "--spring.cloud.gateway.server.webflux.routes[0].predicates[0]=Path=/me/**",
            "--spring.cloud.gateway.server.webflux.routes[0].filters[0]=EdgeSession=optional",
            "--spring.cloud.gateway.server.webflux.routes[0].filters[1]=EdgeCache=mine",
            "--spring.cloud.gateway.server.webflux.routes[1].id=shared",
            "--spring.cloud.gateway.server.webflux.routes[1].uri=" + origin.uri(),
            "--spring.cloud.gateway.server.webflux.routes[1].predicates[0]=Path=/shared/**",
            "--spring.cloud.gateway.server.webflux.routes[1].filters[0]=EdgeSession=optional",
            "--spring.cloud.gateway.server.webflux.routes[1].filters[1]=EdgeCache=standard");
    private final int eu1 = StateRegions.port(regions.eu1);

    private String path(String path, String cacheControl) {
        origin.on(path, exchange -> {
            Matcher user = USER.matcher(exchange.head());
            String name = user.find() ? user.group(1) : "nobody";
            String secret = path.startsWith("/me/") ? " canary-body" : "";
            exchange.answer(
                    200,
                    "page of " + name + secret,
                    "Cache-Control: " + cacheControl,
                    "Cache-Groups: \"group" + secret.strip() + '"');
        });
        return path;
    }

    @AfterAll
    void stop() {
        regions.close();
        origin.close();
    }

    private static HttpResponse<String> get(int port, String path, String... fields)
            throws IOException, InterruptedException {
        HttpResponse<String> got = send(port, "GET", path, "", fields);
        assertThat(got.statusCode()).as(got.body()).isEqualTo(200);
        return got;
    }

    private static String cache(HttpResponse<String> response) {
        return response.headers().firstValue("X-Cache-Status").orElseThrow();
    }

    @Test
    void isStoredForItsUserAloneAndForAtMostHalfAMinute() throws Exception {
        String path = path("/me/a", "private, max-age=3600");
        String ann = begin(eu1, "Authorization", bearer("canary-ann"));
        String bob = begin(eu1, "Authorization", bearer("canary-bob"));
        assertThat(cache(get(eu1, path, "Cookie", ann))).isEqualTo("MISS");
        HttpResponse<String> hit = get(eu1, path, "Cookie", ann);
        assertThat(cache(hit)).isEqualTo("HIT");
        assertThat(hit.body()).startsWith("page of canary-ann");
        Matcher ttl = Pattern.compile("ttl=(\\d+)")
                .matcher(hit.headers().firstValue("Cache-Status").orElseThrow());
        assertThat(ttl.find()).isTrue();
        assertThat(Integer.parseInt(ttl.group(1))).isLessThanOrEqualTo(30);
        HttpResponse<String> others = get(eu1, path, "Cookie", bob);
        assertThat(cache(others)).isEqualTo("MISS");
        assertThat(others.body()).startsWith("page of canary-bob");
        HttpResponse<String> byToken = get(eu1, path, "Authorization", bearer("canary-ann"));
        assertThat(cache(byToken)).as("the same user, by a token").isEqualTo("HIT");
        HttpResponse<String> nobodys = get(eu1, path);
        assertThat(cache(nobodys)).isEqualTo("BYPASS");
        assertThat(nobodys.body()).startsWith("page of nobody");
        assertThat(get(eu1, path, "Cookie", begin(eu1)).body()).startsWith("page of nobody");
    }

    @Test
    void isSharedByTheGatewaysOfTheRegionAndUnreadableInItsRedis() throws Exception {
        String path = path("/me/b", "private, max-age=60");
        String ann = begin(eu1, "Authorization", bearer("canary-ann"));
        List<String> before = responses();
        regions.eu1.get(path, "Cookie", ann);
        await().atMost(Duration.ofSeconds(30)).until(() -> !lasting(before).isEmpty());
        Got shared = regions.eu2.get(path, "Cookie", ann);
        assertThat(shared.status()).isEqualTo("HIT");
        assertThat(shared.body()).startsWith("page of canary-ann");
        String all = redis(commands -> {
            commands.configSet("rdbcompression", "no");
            StringBuilder dump = new StringBuilder();
            for (byte[] key : commands.keys("*")) {
                dump.append(new String(key, ISO_8859_1)).append(new String(commands.dump(key), ISO_8859_1));
            }
            return dump.toString();
        });
        assertThat(all).contains(":response").doesNotContain("canary", "/me/b");
    }

    @Test
    void whatWasMovedToAnothersPlaceIsRefused() throws Exception {
        String path = path("/me/c", "private, max-age=60");
        String ann = begin(eu1, "Authorization", bearer("ann"));
        String bob = begin(eu1, "Authorization", bearer("bob"));
        List<String> before = responses();
        regions.eu1.get(path, "Cookie", ann);
        regions.eu1.get(path, "Cookie", bob);
        await().atMost(Duration.ofSeconds(30)).until(() -> lasting(before).size() == 2);
        List<String> two = lasting(before);
        redis(commands -> {
            byte[] one = commands.get(ascii(two.get(0)));
            byte[] other = commands.get(ascii(two.get(1)));
            commands.set(ascii(two.get(0)), other);
            return commands.set(ascii(two.get(1)), one);
        });
        for (String[] user : new String[][] {{ann, "ann"}, {bob, "bob"}}) {
            Got answer = regions.eu2.get(path, "Cookie", user[0]);
            assertThat(answer.status()).isEqualTo("MISS");
            assertThat(answer.body()).startsWith("page of " + user[1] + ' ');
        }
    }

    @Test
    void withoutItsUsersDataKeyItIsNoLongerThere() throws Exception {
        String path = path("/me/e", "private, max-age=60");
        String eve = begin(eu1, "Authorization", bearer("eve"));
        List<String> before = responses();
        regions.eu1.get(path, "Cookie", eve);
        await().atMost(Duration.ofSeconds(30)).until(() -> !lasting(before).isEmpty());
        String subject = regions.eu1.bean(UserNames.class).of("eve");
        assertThat(regions.eu1
                        .bean(DataKeys.class)
                        .destroy(subject)
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS))
                .isTrue();
        assertThat(regions.eu2.get(path, "Authorization", bearer("eve")).status())
                .isEqualTo("MISS");
    }

    @Test
    void whatIsUnderWayWhileItsUserIsErasedIsNotStoredAnyMore() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        Semaphore go = new Semaphore(0);
        origin.on("/me/f", exchange -> {
            asked.countDown();
            go.acquireUninterruptibly();
            go.release();
            exchange.answer(200, "page", "Cache-Control: private, max-age=60");
        });
        String fay = begin(eu1, "Authorization", bearer("fay"));
        String person = regions.eu1.bean(UserNames.class).of("fay");
        List<String> before = responses();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Got> early = clients.submit(() -> regions.eu1.get("/me/f", "Authorization", bearer("fay")));
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
            PurgeLedger ledger = regions.eu1.bean(PurgeLedger.class);
            long next = ledger.watermark().offset() + 1;
            Position at = new Position(ledger.watermark().epoch(), next);
            StateRedis state = regions.eu1.bean(SessionRedis.class);
            PersonErasure erasure = new PersonErasure(
                    List.of(
                            regions.eu1.bean(PersonalIndex.class),
                            new SessionErasure(state),
                            new KeyErasure(regions.eu1.bean(DataKeys.class))),
                    new ErasedUpTo(state, "eu"),
                    Duration.ofSeconds(30));
            // the gateway has not read of it yet, and stores what it has got
            assertThat(erasure.erase(List.of(person), at)).containsEntry("sessions", new Erasure.Store(1, 0));
            go.release();
            assertThat(early.get(60, TimeUnit.SECONDS).body()).isEqualTo("page");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> regions.eu1
                            .get("/me/f", "Authorization", bearer("fay"))
                            .status()
                            .equals("HIT"));
            ledger.apply(
                    new Purge("p", "crm", List.of(Target.subject(person)), Purge.Mode.HARD, null, Instant.EPOCH),
                    next,
                    0);
        }
        assertThat(lasting(before)).as("what is in Redis").isEmpty();
        assertThat(send(eu1, "GET", "/edge/session", "", "Cookie", fay).statusCode())
                .isEqualTo(401);
        assertThat(regions.eu1.get("/me/f", "Authorization", bearer("fay")).status())
                .as("it has read of it")
                .isEqualTo("MISS");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> lasting(before).size() == 1); // the person is free to come again
        assertThat(regions.eu2.get("/me/f", "Authorization", bearer("fay")).status())
                .isEqualTo("HIT");
    }

    @Test
    void twoUsersUnderLoadGetTheirOwn() throws Exception {
        String path = path("/me/d", "private, max-age=1");
        String[] cookies = {begin(eu1, "Authorization", bearer("ann")), begin(eu1, "Authorization", bearer("bob"))};
        String[] names = {"ann", "bob"};
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int n = 0; n < 16; n++) {
                int client = n;
                running.add(clients.submit(() -> {
                    for (int i = 0; i < Integer.getInteger("personal.requests", 480) / 16; i++) {
                        GatewayUnderTest gateway = client % 4 < 2 ? regions.eu1 : regions.eu2;
                        Got got = gateway.get(path, "Cookie", cookies[client % 2]);
                        assertThat(got.body()).startsWith("page of " + names[client % 2] + ' ');
                    }
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get(5, TimeUnit.MINUTES);
            }
        }
    }

    @Test
    void whereAPolicyIsForAllWhatAUserWasAnsweredIsNotStored() throws Exception {
        String path = path("/shared/a", "max-age=60");
        String ann = begin(eu1, "Authorization", bearer("ann"));
        get(eu1, path, "Cookie", ann);
        assertThat(get(eu1, path).body()).startsWith("page of nobody");
        String said = path("/shared/b", "public, max-age=60");
        get(eu1, said, "Cookie", ann);
        assertThat(cache(get(eu1, said)))
                .as("the origin says that it is for all")
                .isEqualTo("HIT");
    }

    /** Those that are new, without what lives for seconds: other tests', and the gateways' rehearsals. */
    private List<String> lasting(List<String> before) {
        List<String> lasting = responses();
        lasting.removeAll(before);
        lasting.removeIf(key -> redis(commands -> commands.pttl(ascii(key))) < 6_000);
        return lasting;
    }

    private List<String> responses() {
        return redis(commands -> new ArrayList<>(commands.keys("tidemark:*:response*").stream()
                .map(key -> new String(key, ISO_8859_1))
                .toList()));
    }

    private <T> T redis(Function<RedisCommands<byte[], byte[]>, T> use) {
        RedisClient client = RedisClient.create(regions.redisEu.url());
        try (var connection = client.connect(ByteArrayCodec.INSTANCE)) {
            return use.apply(connection.sync());
        } finally {
            client.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
