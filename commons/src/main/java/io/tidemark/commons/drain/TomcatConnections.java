package io.tidemark.commons.drain;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/** The connections of Tomcat, which says {@code Connection: close} itself where one request is all that a connection may make. */
final class TomcatConnections implements ClientConnections, WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
    private final List<Connector> connectors = new CopyOnWriteArrayList<>();

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addConnectorCustomizers(connectors::add);
    }

    @Override
    public void letGo() {
        for (Connector connector : connectors) {
            if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
                http.setMaxKeepAliveRequests(1);
            }
        }
    }

    /** Those who stream are told by {@link Drain#onLastCall}. */
    @Override
    public void lastCall() {}

    @Override
    public int open() {
        long open = 0;
        for (Connector connector : connectors) {
            if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
                open += Math.max(0, protocol.getConnectionCount());
            }
        }
        return Math.toIntExact(open);
    }
}
