package io.tidemark.commons.configuration;

import java.util.Set;

/**
 * A part of a service whose configuration may change while it runs. A change is prepared by all parts that it concerns before any of
 * them puts it in force: so one part's refusal leaves all as they are.
 */
public interface Reloadable {
    /** The properties that it takes changes of, each with all below it: {@code tidemark.policies}. */
    Set<String> properties();

    /**
     * Binds and checks what the candidate says, and changes nothing yet. Called by one thread, never by an event loop.
     *
     * @return what puts it in force; it must neither fail nor wait for anything
     * @throws RuntimeException if it cannot be, best a {@link ConfigurationFault}, which says where
     */
    Runnable prepare(Candidate candidate);
}
