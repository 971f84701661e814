package io.tidemark.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which package uses which, as the architecture page shows it: from the classes, and what each package says of itself. */
class ArchitecturePageTest {
    private static final Pattern JAVADOC = Pattern.compile("/\\*\\*\\s*(.*?)\\*/", Pattern.DOTALL);

    @ParameterizedTest
    @CsvSource({
        "commons, io.tidemark.commons",
        "gateway-service, io.tidemark.gateway",
        "invalidation-service, io.tidemark.invalidation",
        "write-queue-service, io.tidemark.writequeue",
        "edge-state, io.tidemark.state",
        "documents, io.tidemark.documents",
        "origin-stub, io.tidemark.originstub",
    })
    void showsWhichPackageUsesWhich(String module, String root) throws IOException {
        Path folder = Pages.ROOT.resolve(module).resolve("target/classes");
        JavaClasses classes = new ClassFileImporter().importPath(folder);
        Map<String, Set<String>> arrows = new TreeMap<>();
        for (JavaClass one : classes) {
            String from = one.getPackageName();
            arrows.computeIfAbsent(from, _ -> new TreeSet<>());
            one.getDirectDependenciesFromSelf().stream()
                    .map(arrow -> arrow.getTargetClass().getBaseComponentType().getPackageName())
                    .filter(to -> !to.equals(from) && (to.equals(root) || to.startsWith(root + '.')))
                    .forEach(to -> arrows.get(from).add(to));
        }
        assertThat(arrows).as("%s was compiled", module).isNotEmpty();
        Map<String, Integer> floors = new TreeMap<>();
        arrows.keySet().forEach(name -> floor(name, arrows, floors, new ArrayList<>()));
        StringBuilder table = new StringBuilder("| floor | package | what is there | uses |\n|---|---|---|---|\n");
        arrows.keySet().stream()
                .sorted(Comparator.comparing((String name) -> floors.getOrDefault(name, 0))
                        .reversed()
                        .thenComparing(Comparator.naturalOrder()))
                .forEach(name -> table.append("| ")
                        .append(floors.get(name))
                        .append(" | ")
                        .append(brief(name, root))
                        .append(" | ")
                        .append(purpose(module, name))
                        .append(" | ")
                        .append(String.join(
                                ", ",
                                arrows.getOrDefault(name, Set.of()).stream()
                                        .map(used -> brief(used, root))
                                        .toList()))
                        .append(" |\n"));
        Pages.assertHolds("docs/architecture.md", module, table.toString());
    }

    private static String brief(String name, String root) {
        return '`' + (name.equals(root) ? root : name.substring(root.length() + 1)) + '`';
    }

    /** The longest way down from it; a circle has none, and fails. */
    private static int floor(
            String name, Map<String, Set<String>> arrows, Map<String, Integer> floors, List<String> above) {
        assertThat(above).as("a circle through %s", name).doesNotContain(name);
        Integer known = floors.get(name);
        if (known != null) {
            return known;
        }
        List<String> here = new ArrayList<>(above);
        here.add(name);
        int floor = arrows.getOrDefault(name, Set.of()).stream()
                .mapToInt(used -> 1 + floor(used, arrows, floors, here))
                .max()
                .orElse(0);
        floors.put(name, floor);
        return floor;
    }

    /** The first sentence of the package's Javadoc. */
    private static String purpose(String module, String name) {
        Path file =
                Pages.ROOT.resolve(module).resolve("src/main/java/" + name.replace('.', '/') + "/package-info.java");
        try {
            Matcher javadoc = JAVADOC.matcher(Files.readString(file));
            if (!javadoc.find()) {
                return "";
            }
            String text = javadoc.group(1)
                    .replaceAll("\\s*\\n\\s*\\*\\s*", " ")
                    .replaceAll("\\{@\\w+ ([^}]*)}", "`$1`")
                    .replaceAll("<[^>]*>", "")
                    .replace("|", "\\|")
                    .strip();
            int end = text.indexOf(". ");
            String sentence = end < 0 ? text : text.substring(0, end);
            return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
        } catch (IOException none) {
            return "";
        }
    }
}
