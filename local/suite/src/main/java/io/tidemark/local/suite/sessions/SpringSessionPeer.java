package io.tidemark.local.suite.sessions;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.data.redis.RedisSessionRepository;

/**
 * The same with Spring Session, two of its repositories as two servers would have them: find, one more, save. It saves the
 * attributes that changed, and has nothing by which a writer says which value it replaces.
 */
final class SpringSessionPeer implements AutoCloseable {
    private static final String ATTRIBUTE = "count";

    private final LettuceConnectionFactory connections;

    SpringSessionPeer(int redisPort) {
        connections = new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", redisPort));
        connections.afterPropertiesSet();
        connections.start();
    }

    Increments.Result run(int writers, int increments) throws InterruptedException {
        List<SessionRepository<? extends Session>> servers = List.of(server(), server());
        String id = begin(servers.getFirst());
        AtomicInteger left = new AtomicInteger(increments);
        long begin = System.nanoTime();
        Clients.atOnce(writers, writer -> {
            while (left.getAndDecrement() > 0) {
                increment(servers.get(writer % 2), id);
            }
        });
        long millis = (System.nanoTime() - begin) / 1_000_000;
        Integer kept = find(servers.getFirst(), id).getRequiredAttribute(ATTRIBUTE);
        return new Increments.Result(increments, kept, 0, millis);
    }

    private RedisSessionRepository server() {
        RedisTemplate<String, Object> template = new RedisTemplate<>();
        template.setConnectionFactory(connections);
        template.setKeySerializer(RedisSerializer.string());
        template.setHashKeySerializer(RedisSerializer.string());
        template.afterPropertiesSet();
        return new RedisSessionRepository(template);
    }

    private static <S extends Session> String begin(SessionRepository<S> server) {
        S session = server.createSession();
        session.setAttribute(ATTRIBUTE, 0);
        server.save(session);
        return session.getId();
    }

    private static <S extends Session> void increment(SessionRepository<S> server, String id) {
        S session = find(server, id);
        Integer count = session.getRequiredAttribute(ATTRIBUTE);
        session.setAttribute(ATTRIBUTE, count + 1);
        server.save(session);
    }

    private static <S extends Session> S find(SessionRepository<S> server, String id) {
        return Objects.requireNonNull(server.findById(id), "nobody ends it");
    }

    @Override
    public void close() {
        connections.destroy();
    }
}
