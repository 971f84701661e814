package io.tidemark.commons.origins;

import io.netty.resolver.HostsFileEntriesProvider;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The system's hosts file, read each time: Netty's own resolver reads it once. */
final class HostsFile {
    private final Supplier<HostsFileEntriesProvider> file;

    HostsFile() {
        this(() -> HostsFileEntriesProvider.parser().parseSilently());
    }

    HostsFile(Supplier<HostsFileEntriesProvider> file) {
        this.file = file;
    }

    /** All addresses of a name, IPv4 first; none: the file does not know it. */
    List<InetAddress> addresses(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        HostsFileEntriesProvider entries = file.get();
        return Stream.of(entries.ipv4Entries(), entries.ipv6Entries())
                .flatMap(family -> family.getOrDefault(name, List.of()).stream())
                .toList();
    }
}
