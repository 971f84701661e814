package io.tidemark.gateway.purge.erase;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.Base16;
import java.util.concurrent.CompletableFuture;

/** A script on one key that answers a number. Redis is sent its digest, and the text where it does not know that (yet). */
final class Script {
    private final byte[] text;
    private final String digest;

    Script(String text) {
        this.text = text.getBytes(UTF_8);
        this.digest = Base16.digest(this.text);
    }

    CompletableFuture<Long> run(RedisClusterAsyncCommands<byte[], byte[]> commands, byte[] key, byte[]... values) {
        byte[][] keys = {key};
        return commands.<Long>evalsha(digest, ScriptOutputType.INTEGER, keys, values)
                .toCompletableFuture()
                .exceptionallyCompose(failure -> failure instanceof RedisNoScriptException
                        ? commands.eval(text, ScriptOutputType.INTEGER, keys, values)
                        : CompletableFuture.failedFuture(failure));
    }
}
