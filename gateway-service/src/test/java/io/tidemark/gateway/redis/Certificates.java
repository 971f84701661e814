package io.tidemark.gateway.redis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** A private CA with a server's and a client's certificate, made by the JDK's {@code keytool}, as PEM files in a folder. */
public final class Certificates {
    private static final String PASSWORD = "changeit";

    private final Path folder;

    public Certificates(Path folder) {
        this.folder = folder;
        try {
            keytool("ca", "-genkeypair", "-dname", "CN=private CA", "-ext", "bc:c");
            for (String name : List.of("server", "client")) {
                keytool(name, "-genkeypair", "-dname", "CN=" + name, "-ext", "san=ip:127.0.0.1,dns:localhost");
                Path request = folder.resolve(name + ".csr");
                Path signed = folder.resolve(name + ".crt");
                run("-certreq", "-keystore", store(name), "-alias", name, "-file", request.toString());
                run(
                        "-gencert",
                        "-keystore",
                        store("ca"),
                        "-alias",
                        "ca",
                        "-infile",
                        request.toString(),
                        "-outfile",
                        signed.toString(),
                        "-rfc",
                        "-ext",
                        "san=ip:127.0.0.1,dns:localhost");
                key(name);
            }
            run("-exportcert", "-keystore", store("ca"), "-alias", "ca", "-rfc", "-file", ca().toString());
        } catch (IOException | GeneralSecurityException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    public Path ca() {
        return folder.resolve("ca.crt");
    }

    public Path certificate(String name) {
        return folder.resolve(name + ".crt");
    }

    public Path key(String name) throws IOException, GeneralSecurityException {
        Path key = folder.resolve(name + ".key");
        KeyStore store = KeyStore.getInstance(Path.of(store(name)).toFile(), PASSWORD.toCharArray());
        String pem = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(store.getKey(name, PASSWORD.toCharArray()).getEncoded());
        Files.writeString(
                key,
                "-----BEGIN PRIVATE KEY-----\n" + pem + "\n-----END PRIVATE KEY-----\n",
                StandardCharsets.US_ASCII);
        return key;
    }

    private String store(String name) {
        return folder.resolve(name + ".p12").toString();
    }

    private void keytool(String alias, String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of("-alias", alias, "-keystore", store(alias), "-keyalg", "EC", "-validity", "2"));
        run(all.toArray(String[]::new));
    }

    private static void run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(Arrays.asList(arguments));
        command.addAll(List.of("-storepass", PASSWORD, "-storetype", "PKCS12"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + output);
        }
    }
}
