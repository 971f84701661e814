package io.tidemark.commons.configuration;

import io.tidemark.commons.digests.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.springframework.core.io.ByteArrayResource;

/**
 * The bytes of all configuration files at one time.
 *
 * @param digest of names and contents: equal ones are the same configuration. Never shown, for from it a weak secret in a file could be
 *     guessed
 */
record FileContents(List<Content> contents, String digest) {
    /** The most that all files together may have, in bytes. */
    private static final long MAX_BYTES = 4L << 20;

    private static final int ROUNDS = 20_000;
    private static final int VERSION_BITS = 48;

    /** One file's. */
    record Content(Path file, ByteArrayResource resource) {}

    /**
     * Reads files, and those in directories that end as configuration does and do not begin with a dot, in the order of their names.
     * Links are followed.
     *
     * @throws ConfigurationFault if one is not there, cannot be read or is empty
     */
    static FileContents read(List<Path> from) {
        List<Content> contents = new ArrayList<>();
        MessageDigest digest = Sha256.begun();
        long size = 0;
        for (Path named : from) {
            for (Path file : filesOf(named)) {
                byte[] bytes = bytesOf(file);
                size += bytes.length;
                if (size > MAX_BYTES) {
                    throw new ConfigurationFault(null, file.toString(), "all files together have more than 4 MB");
                }
                contents.add(new Content(file, new ByteArrayResource(bytes, file.toString())));
                digest.update((file.getFileName() + "\n" + bytes.length + '\n').getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            }
        }
        return new FileContents(List.copyOf(contents), HexFormat.of().formatHex(digest.digest()));
    }

    private static List<Path> filesOf(Path named) {
        if (!Files.isDirectory(named)) {
            return List.of(named);
        }
        try (Stream<Path> within = Files.list(named)) {
            List<Path> files = within.filter(FileContents::isConfiguration)
                    .filter(file -> !Files.isDirectory(file))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new ConfigurationFault(null, named.toString(), "there is no .yml, .yaml or .properties in it");
            }
            return files;
        } catch (IOException unreadable) {
            throw new ConfigurationFault(null, named.toString(), "cannot be read: " + unreadable.getMessage());
        }
    }

    private static boolean isConfiguration(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".")
                && (name.endsWith(".yml") || name.endsWith(".yaml") || name.endsWith(".properties"));
    }

    private static byte[] bytesOf(Path file) {
        if (!Files.exists(file)) {
            throw new ConfigurationFault(null, file.toString(), "is not there");
        }
        try {
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length == 0) {
                throw new ConfigurationFault(null, file.toString(), "is empty");
            }
            return bytes;
        } catch (IOException unreadable) {
            throw new ConfigurationFault(
                    null,
                    file.toString(),
                    "cannot be read: " + unreadable.getClass().getSimpleName());
        }
    }

    List<String> files() {
        return contents.stream().map(content -> content.file.toString()).toList();
    }

    /** What people and other gateways tell configurations apart by: from it no secret in a file can be guessed. Slow. */
    String version() {
        try {
            PBEKeySpec slow = new PBEKeySpec(
                    digest.toCharArray(), FileSettings.NAME.getBytes(StandardCharsets.UTF_8), ROUNDS, VERSION_BITS);
            return HexFormat.of()
                    .formatHex(SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                            .generateSecret(slow)
                            .getEncoded());
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
