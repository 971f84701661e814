package io.tidemark.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of the project. With {@code -Dpages.write=true} what is made of the code is written instead of compared. */
final class Pages {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private Pages() {}

    /** All files but what builds leave behind. */
    static List<Path> files(String... endings) throws IOException {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
                    .filter(file -> Stream.of("target", "node_modules", ".git")
                            .noneMatch(part -> contains(ROOT.relativize(file), part)))
                    .sorted()
                    .toList();
        }
    }

    private static boolean contains(Path file, String part) {
        return Stream.iterate(file, Path::getParent)
                .takeWhile(folder -> folder != null)
                .anyMatch(folder -> part.equals(String.valueOf(folder.getFileName())));
    }

    /** That a page has this between its marks {@code <!-- name -->} and {@code <!-- /name -->}. */
    static void assertHolds(String page, String name, String made) throws IOException {
        Path file = ROOT.resolve(page);
        String text = Files.readString(file);
        String begin = "<!-- " + name + " -->\n";
        int from = text.indexOf(begin) + begin.length();
        int to = text.indexOf("<!-- /" + name + " -->");
        assertThat(from >= begin.length() && to >= from)
                .as("%s has the marks of %s", page, name)
                .isTrue();
        if (Boolean.getBoolean("pages.write")) {
            Files.writeString(file, text.substring(0, from) + made + text.substring(to));
            return;
        }
        assertThat(text.substring(from, to))
                .as("%s is as the code is; -Dpages.write=true writes it", page)
                .isEqualTo(made);
    }
}
