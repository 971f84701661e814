package io.tidemark.local.backends;

import java.util.HashMap;
import java.util.Map;

/** How clients of an embedded Kafka sign in and what they must show; who signs in may do nothing unless somebody lets them. */
final class BrokerSecurity {
    private static final String SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;";

    private BrokerSecurity() {}

    static Map<String, String> settings(BackendOptions options) {
        BackendOptions.Tls tls = options.tls();
        Map<String, String> users = options.users();
        if (users.isEmpty() && tls == null) {
            return Map.of();
        }
        String protocol = (users.isEmpty() ? "" : "SASL_") + (tls == null ? "PLAINTEXT" : "SSL");
        Map<String, String> settings = new HashMap<>(Map.of(
                "listener.security.protocol.map",
                "CONTROLLER:PLAINTEXT,PLAINTEXT:" + protocol + ",PROXIED:" + protocol,
                "inter.broker.listener.name",
                "PLAINTEXT"));
        if (tls != null) {
            settings.put("ssl.keystore.type", "PEM");
            settings.put("ssl.keystore.location", tls.certificate().toString());
            settings.put("ssl.truststore.type", "PEM");
            settings.put("ssl.truststore.location", tls.authority().toString());
            settings.put("listener.name.plaintext.ssl.client.auth", "required");
        }
        if (!users.isEmpty()) {
            settings.put("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512");
            settings.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
            settings.put("listener.name.plaintext.plain.sasl.jaas.config", login(users));
            settings.put("listener.name.plaintext.scram-sha-512.sasl.jaas.config", SCRAM);
            settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
            settings.put( // a controller is asked by nobody else
                    "super.users", "User:" + BackendOptions.ADMINISTRATOR + ";User:ANONYMOUS");
        }
        return settings;
    }

    private static String login(Map<String, String> users) {
        StringBuilder login = new StringBuilder(
                        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"")
                .append(BackendOptions.ADMINISTRATOR)
                .append("\" password=\"")
                .append(users.get(BackendOptions.ADMINISTRATOR))
                .append('"');
        users.forEach((user, password) -> login.append(" user_")
                .append(user)
                .append("=\"")
                .append(password)
                .append('"'));
        return login.append(';').toString();
    }
}
