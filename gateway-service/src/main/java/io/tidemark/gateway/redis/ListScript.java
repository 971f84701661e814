package io.tidemark.gateway.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import io.lettuce.core.codec.Base16;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** As {@link Script}, and answers a list. */
public final class ListScript {
    private final byte[] text;
    private final String digest;

    public ListScript(String text) {
        this.text = text.getBytes(UTF_8);
        this.digest = Base16.digest(this.text);
    }

    /** Its strings are arrays of bytes. */
    public CompletableFuture<List<Object>> run(
            RedisScriptingAsyncCommands<byte[], byte[]> commands, byte[][] keys, byte[]... values) {
        return commands.<List<Object>>evalsha(digest, ScriptOutputType.MULTI, keys, values)
                .toCompletableFuture()
                .exceptionallyCompose(failure -> failure instanceof RedisNoScriptException
                        ? commands.eval(text, ScriptOutputType.MULTI, keys, values)
                        : CompletableFuture.failedFuture(failure));
    }
}
