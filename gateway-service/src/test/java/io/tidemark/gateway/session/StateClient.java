package io.tidemark.gateway.session;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;

/** A client of a gateway's sessions that keeps its cookie by itself. */
public final class StateClient {
    public static final String TOKEN_SECRET = "a secret for tests of 32 characters or more";
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20))
            .build();

    private StateClient() {}

    public static HttpResponse<String> send(int port, String method, String path, String body, String... fields)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty() && String.join(" ", fields).indexOf("Content-Type") < 0) {
            request.header("Content-Type", "application/json");
        }
        for (int i = 0; i < fields.length; i += 2) {
            request.header(fields[i], fields[i + 1]);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    /** The cookie of a new session, as its client sends it back. */
    public static String begin(int port, String... fields) throws IOException, InterruptedException {
        HttpResponse<String> made = send(port, "POST", "/edge/session", "", fields);
        if (made.statusCode() != 201) {
            throw new AssertionError(made.statusCode() + " " + made.body());
        }
        return cookie(made).orElseThrow();
    }

    /** What an answer sets as a cookie, name and value. */
    static Optional<String> cookie(HttpResponse<String> response) {
        return response.headers().firstValue("Set-Cookie").map(text -> text.split(";", 2)[0]);
    }

    static String tokenOf(String cookie) {
        return cookie.substring(cookie.indexOf('=') + 1);
    }

    /**
     * Authorization of a user whom the tests' issuer knows.
     *
     * @param claims further ones, name and value in turn
     */
    public static String bearer(String user, String... claims) {
        try {
            JWTClaimsSet.Builder said = new JWTClaimsSet.Builder()
                    .subject(user)
                    .expirationTime(Date.from(Instant.now().plusSeconds(600)));
            for (int i = 0; i < claims.length; i += 2) {
                said.claim(claims[i], claims[i + 1]);
            }
            SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), said.build());
            token.sign(new MACSigner(TOKEN_SECRET));
            return "Bearer " + token.serialize();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
