package io.tidemark.benchmarks.compare;

import io.tidemark.local.backends.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/** Something that can stand before the origin. */
enum Contender {
    GATEWAY {
        @Override
        List<String> command(Settings settings, int port, Server origin, String redis) {
            return gateway(settings, settings.gatewayJar(), port, origin, ROOM);
        }
    },
    /** Another build of the gateway, {@code --before-jar}: what has a change done to its costs? */
    GATEWAY_BEFORE {
        @Override
        List<String> command(Settings settings, int port, Server origin, String redis) {
            return gateway(settings, Objects.requireNonNull(settings.beforeJar()), port, origin, ROOM);
        }
    },
    /** Over a Redis, with room for next to nothing in its own memory. */
    GATEWAY_SHARED {
        @Override
        List<String> command(Settings settings, int port, Server origin, String redis) {
            List<String> command = gateway(settings, settings.gatewayJar(), port, origin, "64KB");
            command.addAll(List.of("--tidemark.redis.enabled=true", "--spring.data.redis.url=" + redis));
            return command;
        }
    },
    /** The same application with its one route, without the cache: Spring Cloud Gateway as it is. */
    BARE_ROUTE {
        @Override
        List<String> command(Settings settings, int port, Server origin, String redis) {
            List<String> command = gateway(settings, settings.gatewayJar(), port, origin, ROOM);
            String route = "--spring.cloud.gateway.server.webflux.routes[0]";
            command.addAll(
                    List.of(route + ".id=bare", route + ".uri=" + origin.url(), route + ".predicates[0]=Path=/**"));
            return command;
        }
    },
    NGINX {
        @Override
        List<String> command(Settings settings, int port, Server origin, String redis) {
            Path folder = settings.work().resolve("nginx");
            Path file = Server.write(folder.resolve("nginx.conf"), """
                daemon off;
                worker_processes auto;
                worker_rlimit_nofile 20000;
                pid %1$s/nginx.pid;
                error_log stderr error;
                events { worker_connections 20000; }
                http {
                  access_log off;
                  sendfile on;
                  tcp_nopush on;
                  keepalive_timeout 300s;
                  keepalive_requests 1000000000;
                  client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi; uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
                  proxy_cache_path %1$s/cache levels=1:2 keys_zone=cache:64m max_size=512m inactive=2h use_temp_path=off;
                  open_file_cache max=8000 inactive=1h;
                  upstream origin { server 127.0.0.1:%3$d; keepalive 128; keepalive_requests 1000000000; }
                  server {
                    listen 127.0.0.1:%2$d backlog=4096 reuseport;
                    # over 127.0.0.1, whose packets are as large as 64 KiB, a held back rest of a large body waits for 40 ms
                    location /large/ { tcp_nopush off; include %1$s/cached; }
                    location / { include %1$s/cached; }
                  }
                }
                """.formatted(folder, port, origin.port()));
            Server.write(folder.resolve("cached"), """
                proxy_pass http://origin;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_cache cache;
                proxy_cache_key $host$request_uri;
                proxy_cache_lock on;
                proxy_cache_revalidate on;
                proxy_cache_use_stale updating;
                proxy_cache_background_update on;
                add_header X-Cache-Status $upstream_cache_status;
                """);
            return List.of(path("nginx"), "-p", folder.toString(), "-c", file.toString(), "-e", "stderr");
        }
    },
    VARNISH {
        @Override
        List<String> command(Settings settings, int port, Server origin, String redis) {
            Path folder = settings.work().resolve("varnish");
            Path file = Server.write(folder.resolve("default.vcl"), """
                vcl 4.1;
                backend origin { .host = "127.0.0.1"; .port = "%d"; }
                sub vcl_deliver {
                  set resp.http.X-Cache-Status = "MISS";
                  if (obj.hits > 0) { set resp.http.X-Cache-Status = "HIT"; }
                }
                """.formatted(origin.port()));
            return List.of(
                    path("varnishd"),
                    "-j",
                    "none",
                    "-F",
                    "-n",
                    folder.resolve("state").toString(),
                    "-a",
                    "127.0.0.1:" + port,
                    "-T",
                    "none",
                    "-f",
                    file.toString(),
                    "-s",
                    "malloc,512m",
                    "-p",
                    "timeout_idle=300",
                    "-p",
                    "listen_depth=4096",
                    "-p",
                    "workspace_client=64k");
        }
    };

    private static final String ROOM = "512MB";

    abstract List<String> command(Settings settings, int port, Server origin, String redis);

    Server start(Settings settings, Server origin, String redis) throws InterruptedException {
        int port = Ports.free();
        return Server.start(label(), port, command(settings, port, origin, redis), settings.work());
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What must be installed, if it is missing; else empty. */
    String missing(Settings settings) {
        return switch (this) {
            case NGINX -> path("nginx").isEmpty() ? "nginx is not installed" : "";
            case VARNISH ->
                path("varnishd").isEmpty()
                        ? "varnishd is not installed"
                        : path("cc").isEmpty() ? "varnishd needs a C compiler (cc)" : "";
            case GATEWAY, GATEWAY_SHARED, BARE_ROUTE ->
                Files.exists(settings.gatewayJar()) ? "" : settings.gatewayJar() + " is not built";
            case GATEWAY_BEFORE -> Files.exists(settings.beforeJar()) ? "" : settings.beforeJar() + " is not there";
        };
    }

    /** Where a command is, "" if nowhere. */
    static String path(String command) {
        return Stream.of((System.getenv("PATH") + ":/usr/sbin:/usr/local/sbin").split(":", -1))
                .map(folder -> Path.of(folder, command))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse("");
    }

    private static List<String> gateway(Settings settings, Path jar, int port, Server origin, String localSize) {
        List<String> options = List.of(settings.gatewayOptions().split(" ", -1));
        List<String> command = standaloneGateway(jar, options, port, Ports.free(), origin, localSize);
        command.add("--server.netty.idle-timeout=300s");
        command.add("--tidemark.purge.max-targets=2000000");
        return command;
    }

    /** The standalone gateway with the given options of its JVM; more of its properties may be added behind. */
    static List<String> standaloneGateway(
            Path jar, List<String> options, int port, int management, Server origin, String localSize) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(options);
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-jar",
                jar.toString(),
                "--spring.profiles.active=standalone",
                "--server.port=" + port,
                "--server.address=127.0.0.1",
                "--management.server.port=" + management,
                "--tidemark.origin=" + origin.url(),
                "--tidemark.store.local-size=" + localSize));
        return command;
    }
}
