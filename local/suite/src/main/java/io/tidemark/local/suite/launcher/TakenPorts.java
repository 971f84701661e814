package io.tidemark.local.suite.launcher;

import io.tidemark.local.backends.Ports;
import io.tidemark.local.suite.machine.PortOwner;
import java.util.ArrayList;
import java.util.List;

/** Says, before anything starts, which port somebody else has. */
public final class TakenPorts {
    private TakenPorts() {}

    /** Ends this JVM with status 1 if a port of the parts is taken, after a line for each. */
    public static void exitIfAny(List<Part> parts, Progress progress) {
        List<String> taken = among(parts);
        if (!taken.isEmpty()) {
            taken.forEach(progress::plain);
            progress.plain("nothing was started");
            System.exit(1);
        }
    }

    private static List<String> among(List<Part> parts) {
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
