package io.tidemark.benchmarks.compare;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The origin of a comparison, a process of its own: it answers any path from memory, so that what is measured is the
 * cache before it. {@code /calls} tells how many requests came, itself not counted.
 */
public final class Origin {
    static final String CALLS = "/calls";
    static final String ETAG = "\"compare\"";

    /** A path below this one, with a number at its end, is answered with cache groups to invalidate (RFC 9875). */
    static final String PURGE = "/purge/";

    static final int TAGS_OF_A_PURGE = 250;

    private static final int LONGEST = 100 * 1024;
    private static final LongAdder CALLED = new LongAdder();
    private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();
    private static final ByteBuf BODY = Unpooled.unreleasableBuffer(Unpooled.directBuffer(LONGEST)
            .writeBytes("x".repeat(LONGEST).getBytes(StandardCharsets.US_ASCII))
            .asReadOnly());

    private Origin() {}

    /** What a path answers: its first segment chooses. */
    enum Kind {
        /** 1 KiB, fresh for an hour. */
        SMALL(1024, "public, max-age=3600", 0, 0),
        /** 100 KiB, fresh for an hour. */
        LARGE(LONGEST, "public, max-age=3600", 0, 0),
        /** 1 KiB, fresh for a second and servable for an hour, slow to make again: stale most of the time. */
        SWR(1024, "public, max-age=1, stale-while-revalidate=3600", 0, 1000),
        /** 1 KiB after 20 ms, fresh for an hour. */
        SLOW(1024, "public, max-age=3600", 20, 20);

        private final int bytes;
        private final String cacheControl;
        private final int firstDelayMs;
        private final int laterDelayMs;

        Kind(int bytes, String cacheControl, int firstDelayMs, int laterDelayMs) {
            this.bytes = bytes;
            this.cacheControl = cacheControl;
            this.firstDelayMs = firstDelayMs;
            this.laterDelayMs = laterDelayMs;
        }

        /** The path prefix. */
        String prefix() {
            return '/' + name().toLowerCase(Locale.ROOT) + '/';
        }

        static Kind of(String path) {
            for (Kind kind : values()) {
                if (path.startsWith(kind.prefix())) {
                    return kind;
                }
            }
            return SMALL;
        }

        int delayMs(String path) {
            return firstDelayMs == laterDelayMs || SEEN.add(path) ? firstDelayMs : laterDelayMs;
        }
    }

    /** Argument: the port of 127.0.0.1. */
    public static void main(String[] arguments) throws InterruptedException {
        var loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec(), new HttpObjectAggregator(65536), new Answers());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]))
                .sync()
                .channel()
                .closeFuture()
                .sync();
    }

    @Sharable
    private static final class Answers extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            String path = request.uri();
            boolean keepAlive = HttpUtil.isKeepAlive(request);
            if (path.equals(CALLS)) {
                byte[] count = Long.toString(CALLED.sum()).getBytes(StandardCharsets.US_ASCII);
                send(context, answer(HttpResponseStatus.OK, Unpooled.wrappedBuffer(count), "no-store"), keepAlive);
                return;
            }
            CALLED.increment();
            if (path.startsWith(PURGE)) {
                FullHttpResponse answer = answer(HttpResponseStatus.OK, Unpooled.EMPTY_BUFFER, "no-store");
                answer.headers()
                        .set("Cache-Group-Invalidation", tags(Integer.parseInt(path.substring(PURGE.length()))));
                send(context, answer, keepAlive);
                return;
            }
            Kind kind = Kind.of(path);
            boolean notModified = ETAG.equals(request.headers().get(HttpHeaderNames.IF_NONE_MATCH));
            int delayMs = kind.delayMs(path);
            if (delayMs == 0) {
                send(context, answer(kind, notModified), keepAlive);
            } else {
                var _ = context.executor()
                        .schedule(
                                () -> send(context, answer(kind, notModified), keepAlive),
                                delayMs,
                                TimeUnit.MILLISECONDS);
            }
        }

        /** Those of one number, which no other number has. */
        private static String tags(int number) {
            return IntStream.range(0, TAGS_OF_A_PURGE)
                    .mapToObj(tag -> "\"p:" + (number * TAGS_OF_A_PURGE + tag) + '"')
                    .collect(Collectors.joining(", "));
        }

        private static FullHttpResponse answer(Kind kind, boolean notModified) {
            FullHttpResponse answer = answer(
                    notModified ? HttpResponseStatus.NOT_MODIFIED : HttpResponseStatus.OK,
                    notModified ? Unpooled.EMPTY_BUFFER : BODY.slice(0, kind.bytes),
                    kind.cacheControl);
            answer.headers().set(HttpHeaderNames.ETAG, ETAG);
            return answer;
        }

        private static FullHttpResponse answer(HttpResponseStatus status, ByteBuf body, String cacheControl) {
            FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
            answer.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain");
            answer.headers().set(HttpHeaderNames.CACHE_CONTROL, cacheControl);
            if (status.equals(HttpResponseStatus.OK)) {
                answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
            }
            return answer;
        }

        private static void send(ChannelHandlerContext context, FullHttpResponse answer, boolean keepAlive) {
            HttpUtil.setKeepAlive(answer, keepAlive);
            var _ = context.writeAndFlush(answer)
                    .addListener(keepAlive ? ChannelFutureListener.CLOSE_ON_FAILURE : ChannelFutureListener.CLOSE);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close(); // the client went away
        }
    }
}
