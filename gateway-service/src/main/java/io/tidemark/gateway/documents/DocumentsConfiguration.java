package io.tidemark.gateway.documents;

import io.tidemark.gateway.documents.regions.RegionalView;
import io.tidemark.gateway.documents.rooms.Rooms;
import io.tidemark.gateway.documents.store.DocumentsProperties;
import io.tidemark.gateway.server.ArrivedRequest;
import io.tidemark.gateway.session.Answers;
import io.tidemark.gateway.session.Callers;
import java.util.Locale;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Puts documents together where {@code tidemark.documents.enabled} says that there are some. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DocumentsProperties.class)
class DocumentsConfiguration {
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("tidemark.documents.enabled")
    static class Enabled {
        @Bean
        DocumentAccess documentAccess(DocumentsProperties properties, ObjectProvider<Callers> callers) {
            DocumentsProperties.Access editors = properties.editors();
            Callers found = editors == DocumentsProperties.Access.ANYONE ? null : callers.getIfAvailable();
            if (found == null && editors != DocumentsProperties.Access.ANYONE) {
                throw new IllegalArgumentException("tidemark.documents.access and .edits other than anyone need"
                        + " tidemark.state.enabled, to know whose a session is");
            }
            return new DocumentAccess(
                    found,
                    properties.access(),
                    editors,
                    properties.origins().stream()
                            .map(origin -> origin.toLowerCase(Locale.ROOT))
                            .toList(),
                    properties.erasers(),
                    properties.recheck());
        }

        /** Before the routes, by the path alone, so that the hit route stays right. */
        @Bean
        SimpleUrlHandlerMapping documentMapping(
                Rooms rooms, RegionalView view, DocumentAccess access, WebSocketService service, JsonMapper mapper) {
            Answers answers = new Answers(mapper);
            Map<String, Object> paths = Map.of(
                    DocumentSocket.PATH + "**",
                    new DocumentSocket(rooms, access, service, answers),
                    CollaborationSocket.PATH,
                    new CollaborationSocket(rooms, access, service, answers),
                    DocumentDoor.PATH + "**",
                    new DocumentDoor(access, answers, view));
            return new SimpleUrlHandlerMapping(paths, 0) {
                @Override
                public Mono<Object> getHandlerInternal(ServerWebExchange exchange) {
                    return ArrivedRequest.isOne(exchange.getRequest())
                            ? super.getHandlerInternal(exchange)
                            : Mono.empty(); // on the management port
                }
            };
        }
    }
}
