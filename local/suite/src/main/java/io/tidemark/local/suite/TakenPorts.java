package io.tidemark.local.suite;

import io.tidemark.local.backends.Ports;
import java.util.ArrayList;
import java.util.List;

/** Says, before anything starts, which port somebody else has. */
final class TakenPorts {
    private TakenPorts() {}

    /** One line per port that is taken; none if all are free. */
    static List<String> among(List<Part> parts) {
        List<String> taken = new ArrayList<>();
        for (Part part : parts) {
            for (int port : part.ports()) {
                if (Ports.isTaken(port)) {
                    taken.add("port " + port + " (" + part.name() + ") is taken" + PortOwner.of(port));
                }
            }
        }
        return taken;
    }
}
