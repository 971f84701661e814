package io.tidemark.documents.dialect;

import io.tidemark.documents.awareness.Presence;
import io.tidemark.documents.update.StateVector;
import io.tidemark.documents.update.Update;
import java.util.List;

/** One thing that is said about a document. */
public sealed interface Message {
    /** How much is known here: send what is lacking. */
    record Known(StateVector vector) implements Message {}

    /** What was lacking, in answer to {@link Known}. */
    record Lacking(Update update) implements Message {}

    /** An edit. */
    record Edit(Update update) implements Message {}

    /** Who is there. */
    record Present(List<Presence> clients) implements Message {
        public Present {
            clients = List.copyOf(clients);
        }
    }

    /** Who is there? */
    record WhoIsThere() implements Message {}
}
