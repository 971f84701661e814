package io.tidemark.invalidation.freshness;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * One gateway, or what balances between those of a region, asked as readers ask. Over plain HTTP it is asked as a proxy is (RFC
 * 9112 section 3.2.2), so that the host is that of what is asked for. Nothing else is ever asked, whatever a purge names.
 *
 * @param address as it was configured
 */
record Gateway(String region, URI address, Duration timeout, HttpClient client) {
    private static final long MOST_CONTENT = 8L << 20;

    static Gateway of(String region, URI address, Duration timeout) {
        HttpClient.Builder client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(timeout);
        if (!isTls(address)) {
            int port = address.getPort() < 0 ? 80 : address.getPort();
            client.proxy(ProxySelector.of(InetSocketAddress.createUnresolved(address.getHost(), port)));
        }
        return new Gateway(region, address, timeout, client.build());
    }

    /** Its answer to a GET. */
    Answer get(URI url) throws IOException, InterruptedException {
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String target = url.getRawQuery() == null ? path : path + '?' + url.getRawQuery();
        String authority =
                isTls(address) || url.getRawAuthority() == null ? address.getRawAuthority() : url.getRawAuthority();
        HttpRequest request = HttpRequest.newBuilder(URI.create(address.getScheme() + "://" + authority + target))
                .timeout(timeout)
                .header("User-Agent", "tidemark-freshness")
                .build();
        return Answer.of(client.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_CONTENT)));
    }

    private static boolean isTls(URI address) {
        return "https".equals(address.getScheme());
    }
}
