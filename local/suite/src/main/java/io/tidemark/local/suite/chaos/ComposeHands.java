package io.tidemark.local.suite.chaos;

import io.tidemark.local.suite.machine.Command;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Hurts the containers of {@code docker-compose.yml} or {@code docker-compose.backends.yml}, which run already, by the docker command. */
final class ComposeHands implements Hands {
    private final Map<String, String> containers = new ConcurrentHashMap<>();

    @Override
    public void kill(String part) throws IOException, InterruptedException {
        Command.run("docker", "kill", container(part));
    }

    @Override
    public void revive(String part) throws IOException, InterruptedException {
        Command.run("docker", "start", container(part));
    }

    @Override
    public void pause(String part) throws IOException, InterruptedException {
        Command.run("docker", "pause", container(part));
    }

    @Override
    public void resume(String part) throws IOException, InterruptedException {
        Command.run("docker", "unpause", container(part));
    }

    private String container(String part) throws IOException, InterruptedException {
        String known = containers.get(part);
        if (known != null) {
            return known;
        }
        String found = containerOf(part);
        containers.put(part, found);
        return found;
    }

    /** The one running container of the service. */
    static String containerOf(String part) throws IOException, InterruptedException {
        String found = Command.run("docker", "ps", "--quiet", "--filter", "label=com.docker.compose.service=" + part);
        if (found.isEmpty() || found.contains("\n")) {
            throw new IOException("there must be one running container of the compose service " + part + ", not \""
                    + found.replace('\n', ' ') + '"');
        }
        return found;
    }
}
