package io.tidemark.writequeue.status;

import java.util.List;
import java.util.Objects;
import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/**
 * The scripts in {@code lua/}: each changes what is known of a write whole or not at all. Those that finish what was begun
 * run in a full Redis too ({@code allow-oom}); only the claim of a new write does not. Thread-safe.
 */
@Component
class Scripts {
    private final StatusRedis redis;

    Scripts(StatusRedis redis) {
        this.redis = redis;
    }

    static <T> RedisScript<T> load(String name, Class<T> answer) {
        DefaultRedisScript<T> script = new DefaultRedisScript<>();
        script.setLocation(new ClassPathResource("lua/" + name + ".lua"));
        script.setResultType(answer);
        return script;
    }

    <T> T run(RedisScript<T> script, List<String> keys, Object... arguments) {
        return Objects.requireNonNull(
                redis.ask(template -> template.execute(script, keys, arguments)), "the script answers nothing");
    }
}
