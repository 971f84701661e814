package io.tidemark.documents.awareness;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is there: of each client the state with the highest clock. Nothing of it is kept for longer than it is renewed. For one
 * thread at a time.
 */
public final class Awareness {
    private record Known(Presence presence, Instant heard) {}

    private final Map<Long, Known> clients = new HashMap<>();
    private final int most;

    /**
     * Nobody is there yet.
     *
     * @param most clients that are known at the same time, those who left lately with them; more are not listened to
     */
    public Awareness(int most) {
        this.most = most;
    }

    /**
     * Takes what is newer: a higher clock, or that a client is gone with the same clock.
     *
     * @return what was taken, for the others to hear
     */
    public List<Presence> apply(Collection<Presence> said, Instant now) {
        List<Presence> taken = new ArrayList<>();
        for (Presence one : said) {
            Known known = clients.get(one.client());
            if (isNews(one, known)) {
                clients.put(one.client(), new Known(one, now));
                taken.add(one);
            }
        }
        return taken;
    }

    private boolean isNews(Presence said, @Nullable Known known) {
        if (known == null) {
            return clients.size() < most;
        }
        return said.clock() > known.presence.clock()
                || (said.clock() == known.presence.clock() && said.state() == null && known.presence.state() != null);
    }

    /** Whether a client is. */
    public boolean isThere(long client) {
        Known known = clients.get(client);
        return known != null && known.presence.state() != null;
    }

    /** All that is known, for one who comes. Those who left lately are in it: who is one of them by mistake says otherwise. */
    public List<Presence> known() {
        return clients.values().stream().map(Known::presence).toList();
    }

    /**
     * Says of clients that they are gone, for them whose connection is. With the clock that they said last: others believe it, and
     * a client that hears it of itself says the next one.
     */
    public List<Presence> withdraw(Collection<Long> gone, Instant now) {
        List<Presence> withdrawn = new ArrayList<>();
        for (Long client : gone) {
            Known known = clients.get(client);
            if (known != null && known.presence.state() != null) {
                Presence left = new Presence(client, known.presence.clock(), null);
                clients.put(client, new Known(left, now));
                withdrawn.add(left);
            }
        }
        return withdrawn;
    }

    /** Withdraws who was not heard of for that long, and forgets who has been gone for as long. */
    public List<Presence> expire(Duration silence, Instant now) {
        Instant since = now.minus(silence);
        clients.values().removeIf(known -> known.presence.state() == null && known.heard.isBefore(since));
        List<Long> silent = clients.entrySet().stream()
                .filter(entry -> entry.getValue().heard.isBefore(since))
                .map(Map.Entry::getKey)
                .toList();
        return withdraw(silent, now);
    }
}
