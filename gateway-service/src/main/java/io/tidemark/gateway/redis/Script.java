package io.tidemark.gateway.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import io.lettuce.core.codec.Base16;
import java.util.concurrent.CompletableFuture;

/**
 * A script that answers a number. Redis is sent its digest, and the text where it does not know that (yet). In a cluster its
 * keys are in one slot.
 */
public final class Script {
    private final byte[] text;
    private final String digest;

    public Script(String text) {
        this.text = text.getBytes(UTF_8);
        this.digest = Base16.digest(this.text);
    }

    public CompletableFuture<Long> run(
            RedisScriptingAsyncCommands<byte[], byte[]> commands, byte[][] keys, byte[]... values) {
        return commands.<Long>evalsha(digest, ScriptOutputType.INTEGER, keys, values)
                .toCompletableFuture()
                .exceptionallyCompose(failure -> failure instanceof RedisNoScriptException
                        ? commands.eval(text, ScriptOutputType.INTEGER, keys, values)
                        : CompletableFuture.failedFuture(failure));
    }
}
