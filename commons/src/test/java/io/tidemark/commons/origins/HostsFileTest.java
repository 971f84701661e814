package io.tidemark.commons.origins;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.resolver.HostsFileEntriesProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostsFileTest {
    @TempDir
    private Path folder;

    private List<String> addresses(HostsFile hosts, String name) {
        return hosts.addresses(name).stream().map(InetAddress::getHostAddress).toList();
    }

    @Test
    void whatIsWrittenIntoItCountsAtOnce() throws IOException {
        Path file = folder.resolve("hosts");
        HostsFile hosts = new HostsFile(() -> {
            try {
                return HostsFileEntriesProvider.parser().parse(file.toFile(), StandardCharsets.UTF_8);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
        Files.writeString(file, "10.0.0.1 shop.example\n");
        assertThat(addresses(hosts, "Shop.example")).containsExactly("10.0.0.1");
        assertThat(addresses(hosts, "other.example")).isEmpty();
        Files.writeString(file, "2001:db8::1 shop.example\n10.0.0.2 shop.example\n10.0.0.3 shop.example\n");
        assertThat(addresses(hosts, "shop.example")).containsExactly("10.0.0.2", "10.0.0.3", "2001:db8:0:0:0:0:0:1");
    }
}
