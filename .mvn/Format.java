import com.palantir.javaformat.java.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Formats the Java sources below a folder that have changed since the last run; run by the build's root module. */
class Format {
    static void main(String[] args) throws Exception {
        Path root = Path.of(args[0]);
        Path marker = Files.createDirectories(root.resolve("target")).resolve("formatted");
        FileTime last = Files.exists(marker) ? Files.getLastModifiedTime(marker) : FileTime.from(Instant.EPOCH);
        FileTime now = FileTime.from(Instant.now());
        List<String> arguments = new ArrayList<>(List.of("--palantir", "--replace"));
        try (var files = Files.walk(root)) {
            files.map(Path::toString)
                    .filter(file -> file.endsWith(".java") && file.contains("/src/") && !file.contains("/target/"))
                    .filter(file -> changedSince(last, file))
                    .forEach(arguments::add);
        }
        if (arguments.size() > 2) {
            var main = new Main(new PrintWriter(System.out, true), new PrintWriter(System.err, true), System.in);
            int status = main.format(arguments.toArray(String[]::new));
            if (status != 0) {
                System.exit(status);
            }
        }
        Files.write(marker, new byte[0]);
        Files.setLastModifiedTime(marker, now);
        System.exit(0); // the formatter leaves a pool of threads behind
    }

    private static boolean changedSince(FileTime last, String file) {
        try {
            return Files.getLastModifiedTime(Path.of(file)).compareTo(last) > 0;
        } catch (IOException gone) {
            return false;
        }
    }
}
