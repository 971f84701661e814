import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Takes the libraries of the page of documents from npm, if there is one, each version as package-lock.json has its digest. The build
 * goes on without: the page says then what is missing.
 *
 * <p>{@code java Libraries.java SOURCES WORK OUTPUT}
 */
@SuppressWarnings("DefaultPackage") // it is started as it is
final class Libraries {
    private static final List<String> IMPORTED = List.of("yjs", "y-websocket", "y-indexeddb", "lib0/decoding");
    private static final int MINUTES = 2;

    private Libraries() {}

    public static void main(String[] folders) throws IOException, InterruptedException {
        Path sources = Path.of(folders[0]);
        Path work = Path.of(folders[1]);
        Path output = Path.of(folders[2]);
        Path map = output.resolve("import-map.json");
        Path made = output.resolve("made-of.txt");
        String wanted = Files.readString(sources.resolve("package-lock.json"))
                + Files.readString(sources.resolve("libraries.mjs"));
        if (Files.exists(map) && Files.exists(made) && Files.readString(made).equals(wanted)) {
            return;
        }
        Files.createDirectories(work);
        for (String file : List.of("package.json", "package-lock.json")) {
            Files.writeString(work.resolve(file), Files.readString(sources.resolve(file)));
        }
        List<String> command = new ArrayList<>(
                List.of("node", sources.resolve("libraries.mjs").toString(), work.toString(), output.toString()));
        command.addAll(IMPORTED);
        String failed = run(
                work,
                List.of(
                        "npm",
                        "ci",
                        "--ignore-scripts",
                        "--no-audit",
                        "--no-fund",
                        "--fetch-retries=1",
                        "--fetch-timeout=15000"));
        failed = failed.isEmpty() ? run(Path.of("").toAbsolutePath(), command) : failed;
        if (failed.isEmpty()) {
            Files.writeString(made, wanted);
        } else {
            System.out.println(
                    "The page of documents (/try/) is left without its libraries, all else is there: " + failed);
        }
    }

    /** Empty if it went well, else why not. */
    private static String run(Path folder, List<String> command) throws IOException, InterruptedException {
        Path log = Files.createTempFile("libraries", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return command.getFirst() + " takes more than " + MINUTES + " minutes";
            }
            String said = Files.readString(log).strip();
            return process.exitValue() == 0 ? "" : String.join(" ", command.subList(0, 2)) + ": " + said;
        } catch (IOException notThere) {
            return "there is no " + command.getFirst() + " on this machine";
        } finally {
            Files.delete(log);
        }
    }
}
