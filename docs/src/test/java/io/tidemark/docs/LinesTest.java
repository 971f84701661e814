package io.tidemark.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LinesTest {
    private static final int LONGEST = 140;
    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]+)(#[^)]*)?\\)");

    /** But for rows of tables, what a console shows, and commands to be copied, which cannot be broken. */
    @Test
    void areOf140CharactersAtMost() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : Pages.files(".java", ".md", ".lua")) {
            boolean commands = file.endsWith("Tour.java");
            boolean shown = false;
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                shown ^= line.startsWith("```");
                boolean cannotBeBroken =
                        commands || (file.toString().endsWith(".md") && (shown || line.startsWith("|")));
                if (!cannotBeBroken && line.codePointCount(0, line.length()) > LONGEST) {
                    tooLong.add(Pages.ROOT.relativize(file) + ":" + number);
                }
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void leadToFilesThatThereAre() throws IOException {
        List<String> nowhere = new ArrayList<>();
        for (Path file : Pages.files(".md")) {
            Matcher links = LINK.matcher(Files.readString(file));
            while (links.find()) {
                String to = links.group(1);
                if (!to.contains("://") && !Files.exists(file.resolveSibling(to))) {
                    nowhere.add(Pages.ROOT.relativize(file) + " -> " + to);
                }
            }
        }
        assertThat(nowhere).isEmpty();
    }
}
