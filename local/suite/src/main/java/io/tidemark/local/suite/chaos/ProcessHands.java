package io.tidemark.local.suite.chaos;

import io.tidemark.local.suite.launcher.Part;
import io.tidemark.local.suite.launcher.Suite;
import io.tidemark.local.suite.launcher.SuiteParts;
import io.tidemark.local.suite.machine.Command;
import java.io.IOException;

/** Hurts a suite of child processes by signals. */
record ProcessHands(Suite suite, SuiteParts parts) implements Hands {
    @Override
    public void kill(String part) {
        Part victim = part(part);
        suite.hold(victim);
        ProcessHandle.of(Long.parseLong(pid(victim))).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Override
    public void revive(String part) {
        suite.release(part(part));
    }

    @Override
    public void pause(String part) throws IOException, InterruptedException {
        Command.run("kill", "-STOP", pid(part(part)));
    }

    @Override
    public void resume(String part) throws IOException, InterruptedException {
        Command.run("kill", "-CONT", pid(part(part)));
    }

    private static String pid(Part part) {
        return part.process().replace("pid ", "");
    }

    private Part part(String name) {
        return parts.all().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
