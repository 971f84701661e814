package io.tidemark.gateway.documents.rooms;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.DocumentOwners;
import io.tidemark.gateway.documents.store.DocumentStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** The documents that are open at this gateway. One is open as long as somebody has it open. */
public final class Rooms implements AutoCloseable {
    private static final Duration TICK = Duration.ofSeconds(5);

    private final ConcurrentMap<DocumentName, Room> open = new ConcurrentHashMap<>();
    private final RoomServices services;
    private final Disposable ticks;

    Rooms(
            DocumentStore store,
            DocumentOwners owners,
            NewsChannel news,
            Executor workers,
            RoomLimits limits,
            String gateway,
            InstantSource clock,
            DocumentMeters meters,
            MeterRegistry metrics) {
        this.services = new RoomServices(store, owners, news, workers, meters, limits, gateway, clock, open::remove);
        Gauge.builder("tidemark.documents.open", open, ConcurrentMap::size)
                .description("Documents that clients of this gateway have open")
                .register(metrics);
        Gauge.builder("tidemark.documents.connections", this, Rooms::connections)
                .description("Clients that have a document open at this gateway")
                .register(metrics);
        news.whenLost(() -> open.values().forEach(room -> room.end(Goodbye.LOST)));
        this.ticks = Flux.interval(TICK).subscribe(_ -> open.values().forEach(Room::tick));
    }

    public RoomServices services() {
        return services;
    }

    /** The client is in a room, or closed because that is full. */
    public Room enter(DocumentName name, Subscriber subscriber) {
        while (true) {
            Room room = open.computeIfAbsent(name, it -> new Room(it, services));
            if (room.join(subscriber)) {
                room.begin();
                return room;
            }
            open.remove(name, room);
        }
    }

    private int connections() {
        return open.values().stream().mapToInt(Room::size).sum();
    }

    @Override
    public void close() {
        ticks.dispose();
    }
}
