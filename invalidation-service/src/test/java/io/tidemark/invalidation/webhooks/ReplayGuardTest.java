package io.tidemark.invalidation.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Position;
import io.tidemark.invalidation.sources.Source;
import io.tidemark.invalidation.sources.Sources;
import io.tidemark.invalidation.sources.SourcesProperties;
import io.tidemark.invalidation.webhooks.ReplayGuard.Attempt;
import io.tidemark.local.backends.Backends;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** What messages leave in Redis: instances of two versions share it while they are upgraded. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplayGuardTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Source CATALOG = new Sources(
                    SourcesProperties.of(new Binder(new MapConfigurationPropertySource(
                            Map.of("tidemark.sources.catalog.secrets[0]", "whsec_" + "A".repeat(32))))),
                    false)
            .named("catalog")
            .orElseThrow();

    private final LettuceConnectionFactory connections = connected();
    private final StringRedisTemplate redis = new StringRedisTemplate(connections);
    private final ReplayGuard guard = new ReplayGuard(redis);

    private static LettuceConnectionFactory connected() {
        var factory = new LettuceConnectionFactory(new RedisStandaloneConfiguration(
                "127.0.0.1", Backends.shared().redis(0).port()));
        factory.start();
        return factory;
    }

    @AfterAll
    void disconnect() {
        connections.destroy();
    }

    private static Message<String> message(String id, String body) {
        return Message.of(CATALOG, id, body.getBytes(UTF_8), body);
    }

    private static String id() {
        return "msg_" + UUID.randomUUID();
    }

    private static String key(Message<?> message) {
        return "tidemark:webhook:catalog:" + message.id();
    }

    @Test
    void aMessageThatTheVersionBeforeHandledIsTheSamePurgeWhateverItsBody() {
        Message<String> message = message(id(), "{}");
        redis.opsForValue().set(key(message), "21ccb147-1280-453a-8d18-5a2743d44810", LONG);
        assertThat(guard.claim(message)).isEqualTo(new Attempt.Done("21ccb147-1280-453a-8d18-5a2743d44810", null));
    }

    @Test
    void aMessageThatTheVersionBeforeHandlesNowIsAwaited() {
        Message<String> message = message(id(), "{}");
        redis.opsForValue().set(key(message), "pending:a6f4a73c-836c-49e7-8ce8-7f8db7dee89a", LONG);
        assertThat(guard.claim(message)).isInstanceOf(Attempt.BeingHandled.class);
    }

    @Test
    void theIdOfThePurgeAndTheDigestAreDerivedAsEver() {
        Message<String> message = message("msg_mixed-6", "{\"targets\":[{\"tag\":\"product:mixed-6-purged\"}]}");
        assertThat(message.purgeId()).isEqualTo("f79d6cd6-6653-879b-80bb-dc2a541fe815");
        assertThat(message.digest()).isEqualTo("6960a54c959b36382ff096ba54475016");
    }

    @Test
    void whatIsDoneIsKeptAsThePurgeItsPositionAndTheBodysDigest() {
        Message<String> message = message(id(), "{}");
        var claimed = (Attempt.Claimed) guard.claim(message);
        assertThat(guard.claim(message)).isInstanceOf(Attempt.BeingHandled.class);
        guard.done(claimed, message, new Position("log", 214), LONG);
        assertThat(redis.opsForValue().get(key(message))).isEqualTo(message.purgeId() + " log:214 " + message.digest());
        assertThat(guard.claim(message)).isEqualTo(new Attempt.Done(message.purgeId(), new Position("log", 214)));
        assertThat(guard.claim(message(message.id(), "{ }"))).isInstanceOf(Attempt.Other.class);
    }

    @Test
    void whatIsGivenBackMayBeClaimedAnewAndNobodyElseGivesItBack() {
        Message<String> message = message(id(), "{}");
        var claimed = (Attempt.Claimed) guard.claim(message);
        guard.release(new Attempt.Claimed(claimed.key(), "pending:another"));
        assertThat(guard.claim(message)).isInstanceOf(Attempt.BeingHandled.class);
        guard.release(claimed);
        assertThat(guard.claim(message)).isInstanceOf(Attempt.Claimed.class);
    }
}
