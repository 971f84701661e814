package io.tidemark.local.backends;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * A broker as companies have them: TLS under an authority of its own, clients with certificates, a user with a password
 * (SCRAM-SHA-512), who may do only what was allowed. Not thread-safe.
 */
public final class GuardedKafka implements AutoCloseable {
    /** Who comes. */
    public static final String USER = "tidemark";

    public static final String PASSWORD = "its-own";

    private static final String ADMINISTRATORS = "secret";

    private final Path authority;
    private final Path client;
    private final Kafka kafka;
    private @Nullable Admin admin;

    /**
     * One that is not started yet.
     *
     * @param server its certificate with its key, as PEM
     * @param client that of whoever comes, with its key
     */
    public GuardedKafka(Path authority, Path server, Path client) {
        this.authority = authority;
        this.client = client;
        kafka = Kafka.create(BackendOptions.named("kafka-guarded")
                .withMode(BackendMode.EMBEDDED)
                .withTls(new BackendOptions.Tls(authority, server))
                .withUsers(Map.of(BackendOptions.ADMINISTRATOR, ADMINISTRATORS)));
    }

    /** Returns once it answers, and knows {@link #USER}, who may do nothing. */
    public void start() throws InterruptedException {
        kafka.start();
        await(admin().alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                        USER, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), PASSWORD)))
                .all());
    }

    public Kafka kafka() {
        return kafka;
    }

    /** Of somebody who may do everything. */
    public Admin admin() {
        if (admin == null) {
            admin = Admin.create(Map.ofEntries(
                    Map.entry("bootstrap.servers", kafka.bootstrapServers()),
                    Map.entry("security.protocol", "SASL_SSL"),
                    Map.entry("ssl.truststore.type", "PEM"),
                    Map.entry("ssl.truststore.location", authority.toString()),
                    Map.entry("ssl.keystore.type", "PEM"),
                    Map.entry("ssl.keystore.location", client.toString()),
                    Map.entry("sasl.mechanism", "PLAIN"),
                    Map.entry(
                            "sasl.jaas.config",
                            login("plain.PlainLoginModule", BackendOptions.ADMINISTRATOR, ADMINISTRATORS))));
        }
        return admin;
    }

    /** A right of {@link #USER}, not given yet. */
    public static AclBinding right(ResourceType type, String name, PatternType pattern, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, name, pattern),
                new AccessControlEntry("User:" + USER, "*", operation, AclPermissionType.ALLOW));
    }

    /** Gives rights. */
    public void allow(AclBinding... rights) throws InterruptedException {
        await(admin().createAcls(Arrays.asList(rights)).all());
    }

    /** Takes a right. */
    public void forbid(AclBinding right) throws InterruptedException {
        await(admin().deleteAcls(List.of(right.toFilter())).all());
    }

    /** What a service of Spring Boot is to be told, as {@code name=value}. */
    public List<String> properties(String password) {
        return List.of(
                "spring.kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                "spring.kafka.security.protocol=SASL_SSL",
                "spring.kafka.ssl.bundle=kafka",
                "spring.ssl.bundle.pem.kafka.truststore.certificate=" + authority,
                "spring.ssl.bundle.pem.kafka.keystore.certificate=" + client,
                "spring.ssl.bundle.pem.kafka.keystore.private-key=" + client,
                "spring.kafka.properties.sasl.mechanism=SCRAM-SHA-512",
                "spring.kafka.properties.sasl.jaas.config=" + login("scram.ScramLoginModule", USER, password));
    }

    private static String login(String module, String user, String password) {
        return "org.apache.kafka.common.security." + module + " required username=\"" + user + "\" password=\""
                + password + "\";";
    }

    private static void await(KafkaFuture<?> done) throws InterruptedException {
        try {
            done.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failure) {
            throw new BackendFailedException("the guarded broker does not do it", failure);
        }
    }

    @Override
    public void close() {
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
        kafka.close();
    }
}
