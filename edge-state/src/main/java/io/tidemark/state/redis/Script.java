package io.tidemark.state.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import io.lettuce.core.codec.Base16;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A script about one key that answers a list. Redis is sent its digest, and the text where it does not know that (yet). */
public final class Script {
    private final byte[] text;
    private final String digest;

    public Script(String text) {
        this.text = text.getBytes(UTF_8);
        this.digest = Base16.digest(this.text);
    }

    public CompletableFuture<List<Object>> run(
            RedisScriptingAsyncCommands<byte[], byte[]> commands, byte[] key, byte[]... values) {
        byte[][] keys = {key};
        return commands.<List<Object>>evalsha(digest, ScriptOutputType.MULTI, keys, values)
                .toCompletableFuture()
                .exceptionallyCompose(failure -> failure instanceof RedisNoScriptException
                        ? commands.eval(text, ScriptOutputType.MULTI, keys, values)
                        : CompletableFuture.failedFuture(failure));
    }
}
