package io.tidemark.k8s;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes an overlay for each site of a file, which {@code kubectl apply -k} takes. */
public final class Sites {
    private Sites() {}

    /** Arguments: the folder {@code k8s}, the file of the sites, the folder in which each gets one. */
    public static void main(String[] arguments) throws IOException {
        try {
            Path target = Path.of(arguments[2]);
            List<Site> sites = write(Path.of(arguments[0]), Path.of(arguments[1]), target);
            System.out.printf(
                    "%d sites, %d of them with all services: kubectl apply -k %s%n",
                    sites.size(),
                    sites.stream().filter(Site::hasAllServices).count(),
                    target.resolve(sites.size() == 1 ? sites.getFirst().name() : "<site>"));
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.exit(2);
        }
    }

    /**
     * Writes {@code <target>/<site>/kustomization.yaml} and its namespace, for each site, or nothing if the file is wrong. What
     * lies there of sites that the file no longer names is left.
     */
    static List<Site> write(Path manifests, Path file, Path target) throws IOException {
        List<Site> sites = SitesFile.read(file, components(manifests));
        for (Site site : sites) {
            Path folder = Files.createDirectories(target.resolve(site.name()));
            Path way = folder.toRealPath().relativize(manifests.toRealPath());
            SiteOverlay overlay = new SiteOverlay(site, sites);
            Files.writeString(folder.resolve("namespace.yaml"), overlay.namespace());
            Files.writeString(folder.resolve("kustomization.yaml"), overlay.kustomization(way));
        }
        return sites;
    }

    private static Set<String> components(Path manifests) throws IOException {
        try (var folders = Files.list(manifests.resolve("components"))) {
            return folders.map(folder -> folder.getFileName().toString()).collect(Collectors.toSet());
        }
    }
}
