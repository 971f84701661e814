package io.tidemark.local.suite.siege;

import io.tidemark.local.suite.launcher.AotCache;
import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.launcher.ServicePart;
import io.tidemark.local.suite.launcher.SuiteParts;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What one client must not be able to have stored for others, or take from them: at a gateway of its own, with policies for it,
 * before an {@link ObedientOrigin}.
 */
final class PoisonChecks {
    private static final int PORT = 28090;
    private static final String SECRET = "a secret that only this gateway and its issuer know";
    private static final String VICTIM = " HTTP/1.1|Host: one.example|Connection: close||";

    /** Ways to name what is below {@code /account}, for an origin that resolves them. */
    private static final List<String> SPELLINGS = List.of(
            "//account/{id}",
            "/static/../account/{id}",
            "/./account/{id}",
            "/static/%2e%2e/account/{id}",
            "/static/..%2faccount/{id}",
            "/static%2f..%2faccount/{id}",
            "/static/..\\account/{id}",
            "/%61ccount/{id}");

    private static final List<Check> ALL = Stream.of(
                    Stream.of("Accept-Language", "Cookie", "X-Tenant").map(PoisonChecks::connection),
                    Stream.of(
                                    "X_Forwarded_Host: evil",
                                    "X-Forwarded-Host: evil",
                                    "X-Forwarded-Prefix: /evil",
                                    "X_HTTP_Method_Override: evil",
                                    "X-HTTP-Method-Override: evil",
                                    "X-Original-URL: /evil",
                                    "X-Rewrite-URL: /evil",
                                    "Forwarded: host=evil",
                                    "Proxy: evil")
                            .map(PoisonChecks::field),
                    Stream.of(new Check(
                            "a cookie of a 304 is its client's alone",
                            List.of(
                                    "GET /cookie/{id}" + VICTIM,
                                    "GET /cookie/{id}" + VICTIM,
                                    "GET /cookie/{id}" + VICTIM),
                            answer -> isOk(answer) && !answer.contains("session=of-one"))),
                    SPELLINGS.stream().map(PoisonChecks::spelling),
                    Stream.of(
                                    "?id=1&%69d=evil",
                                    "?%69d=evil&id=1", "?id=1&other=evil", "?id=1&ID=evil", "?id=1;id=evil")
                            .map(PoisonChecks::parameter),
                    Stream.of(
                                    "\"groups\":[\"admin\"]",
                                    "\"groups\":true",
                                    "\"groups\":{\"admin\":1}",
                                    "\"groups\":\"admin\"")
                            .map(PoisonChecks::claim),
                    Stream.of(
                            new Check(
                                    "nor for nobody",
                                    List.of(asked(token("\"groups\":[\"admin\"]", true)), "GET /claims/{id}" + VICTIM),
                                    answer -> isOk(answer) && answer.endsWith("for nobody")),
                            new Check(
                                    "a token without an end gets nothing that is stored",
                                    List.of(asked(token("\"sub\":\"x\"", false)), asked(token("\"sub\":\"x\"", false))),
                                    answer -> !answer.contains("X-Cache-Status: HIT")),
                            new Check(
                                    "groups of one host are none of another's",
                                    List.of(
                                            "GET /stored/x HTTP/1.1|Host: two.example|Connection: close||",
                                            "POST /purges/x HTTP/1.1|Host: one.example|Connection:"
                                                    + " close|Content-Length: 0||",
                                            "GET /stored/x HTTP/1.1|Host: two.example|Connection: close||"),
                                    answer -> answer.contains("X-Cache-Status: HIT")),
                            new Check(
                                    "an answer whose Location no purge can name is answered",
                                    "POST /far/x HTTP/1.1|Host: one.example|Connection: close|Content-Length: 0||",
                                    PoisonChecks::isOk)))
            .flatMap(checks -> checks)
            .toList();

    private PoisonChecks() {}

    private static boolean isOk(String answer) {
        return answer.startsWith("HTTP/1.1 200 ");
    }

    private static Check connection(String field) {
        String target =
                "GET /varies/{id}?by=" + field + " HTTP/1.1|Host: one.example|Connection: close|" + field + ": de|";
        return new Check(
                field + ", named by Connection, is read by all or none",
                List.of(target + "Connection: " + field + "||", target + "|"),
                answer -> answer.contains(field + " is de;"));
    }

    private static Check field(String field) {
        return new Check(
                field + " is not obeyed for others",
                List.of(
                        "GET /obeys/{id} HTTP/1.1|Host: one.example|Connection: close|" + field + "||",
                        "GET /obeys/{id}" + VICTIM),
                answer -> isOk(answer) && !answer.contains("evil"));
    }

    private static Check spelling(String target) {
        Predicate<String> refused = answer -> answer.startsWith("HTTP/1.1 400 ");
        return new Check(
                target + " is not stored for strangers",
                List.of("GET " + target + VICTIM, "GET " + target + VICTIM),
                refused.or(answer -> answer.contains("X-Cache-Status: BYPASS")));
    }

    private static Check parameter(String query) {
        return new Check(
                query + " is not what ?id=1 gets",
                List.of("GET /kept/{id}" + query + VICTIM, "GET /kept/{id}?id=1" + VICTIM),
                answer -> isOk(answer) && !answer.contains("evil"));
    }

    private static Check claim(String groups) {
        return new Check(
                "a page for " + groups.replace("\"", "") + " is not for others",
                List.of(asked(token("\"sub\":\"x\"," + groups, true)), asked(token("\"sub\":\"x\"", true))),
                answer -> isOk(answer) && !answer.contains("groups"));
    }

    private static String asked(String token) {
        return "GET /claims/{id} HTTP/1.1|Host: one.example|Connection: close|Authorization: Bearer " + token + "||";
    }

    /** A JWT, signed by HS256 (RFC 7519). */
    private static String token(String claims, boolean ends) {
        String end = ends ? ",\"exp\":" + Instant.now().plusSeconds(3600).getEpochSecond() : "";
        String signed = encoded("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + encoded("{" + claims + end + "}");
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            return signed + "." + encoded(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }

    private static String encoded(String json) {
        return encoded(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String encoded(byte[] octets) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }

    /** Starts the gateway, does each, and ends the gateway. */
    static List<String> failures(LauncherOptions options, PrintStream out) throws IOException {
        try (var origin = new ObedientOrigin()) {
            Files.createDirectories(options.logs());
            List<String> java = new ArrayList<>(SuiteParts.JVM);
            java.addAll(AotCache.use(options.jar("gateway-service")));
            var gateway = new ServicePart("gateway-poisoned", PORT, java, settings(origin), options.logs());
            try {
                gateway.start();
                return Check.failures(ALL, PORT, out);
            } finally {
                gateway.stop();
            }
        }
    }

    private static Map<String, String> settings(ObedientOrigin origin) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("spring.profiles.active", "standalone");
        settings.put("tidemark.drain", "0s");
        settings.put("tidemark.tokens.secret", SECRET);
        settings.put("tidemark.policies.kept.key.keep-parameters", "id");
        settings.put("tidemark.policies.claims.key.claims", "sub,groups");
        List<String> routes = List.of("account live", "kept kept", "claims claims", "** catalog");
        for (int i = 0; i < routes.size(); i++) {
            String[] route = routes.get(i).split(" ", 2);
            String name = "spring.cloud.gateway.server.webflux.routes[" + i + "].";
            settings.put(name + "id", "r" + i);
            settings.put(name + "uri", "http://127.0.0.1:" + origin.port());
            settings.put(name + "predicates[0]", "Path=/" + (route[0].equals("**") ? "**" : route[0] + "/**"));
            settings.put(name + "filters[0]", "EdgeCache=" + route[1]);
        }
        return settings;
    }
}
