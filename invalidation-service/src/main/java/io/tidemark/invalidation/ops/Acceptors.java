package io.tidemark.invalidation.ops;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.coyote.AbstractProtocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Whether the threads that take connections live. An error, such as a lack of memory, ends one for good, and with it all that the
 * instance is for: it is then not live, so that it is restarted.
 */
@Component("acceptors")
class Acceptors implements HealthIndicator {
    private static final Logger log = LoggerFactory.getLogger(Acceptors.class);

    private static final Pattern ACCEPTING = Pattern.compile("(.*)-(?:Acceptor|Poller)");

    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private volatile boolean said;

    @EventListener
    void started(WebServerInitializedEvent event) {
        if (event.getWebServer() instanceof TomcatWebServer tomcat
                && tomcat.getTomcat().getConnector().getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
            String server = protocol.getName().replace("\"", "");
            watch(Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> isOf(server, thread.getName()))
                    .toList());
        }
    }

    /** The threads are named as the server was before it had a port of its own. */
    private static boolean isOf(String server, String thread) {
        Matcher accepting = ACCEPTING.matcher(thread);
        return accepting.matches() && (server + '-').startsWith(accepting.group(1) + '-');
    }

    void watch(List<Thread> accepting) {
        threads.addAll(accepting);
    }

    /** The names of those that have ended. */
    List<String> ended() {
        return threads.stream()
                .filter(thread -> !thread.isAlive())
                .map(Thread::getName)
                .toList();
    }

    @Scheduled(fixedDelay = 5_000)
    void look() {
        if (!said && !ended().isEmpty()) {
            said = true;
            log.error("no connection is taken any more: {} ended; this instance must be restarted", ended());
        }
    }

    @Override
    public Health health() {
        List<String> ended = ended();
        return (ended.isEmpty() ? Health.up() : Health.down())
                .withDetail("watched", threads.size())
                .withDetail("ended", ended)
                .build();
    }
}
