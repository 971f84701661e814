package io.tidemark.invalidation.webhooks;

import io.tidemark.invalidation.sources.Source;
import io.tidemark.invalidation.sources.Verification.Reason;
import io.tidemark.invalidation.sources.Verification.Refused;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** What a signed request may look like: each header once, a body of JSON where there is one, none where nothing of it is signed. */
final class SignedForm {
    private SignedForm() {}

    static void requireNoBody(HttpServletRequest request) throws IOException {
        if (request.getInputStream().read() >= 0) {
            throw new RefusedException(
                            HttpStatus.BAD_REQUEST,
                            "unexpected-body",
                            "The request has a body",
                            "an erasure has none: method and path are all that is signed")
                    .closing();
        }
    }

    /** A header that occurs twice is two claims. */
    static @Nullable String once(Source source, HttpServletRequest request, String name) {
        Enumeration<String> values = request.getHeaders(name);
        String value = values.hasMoreElements() ? values.nextElement() : null;
        if (values.hasMoreElements()) {
            throw unsigned(source, new Refused(Reason.MALFORMED, "the header " + name + " occurs twice"));
        }
        return value;
    }

    static RefusedException unsigned(Source source, Refused refused) {
        return unsigned(source.name(), refused);
    }

    static RefusedException unsigned(String realm, Refused refused) {
        return new RefusedException(
                        HttpStatus.UNAUTHORIZED,
                        refused.reason().label(),
                        refused.reason().title(),
                        refused.detail())
                .challenge("Webhook-Signature", realm);
    }

    static void requireNoMultipart(HttpServletRequest request) {
        String type = request.getContentType();
        if (type != null && type.regionMatches(true, 0, "multipart/", 0, 10)) {
            throw notJson("a body is JSON, not multipart: send it as application/json");
        }
    }

    /** A body that is a form whatever its type says: GitHub's webhooks send {@code payload=…} unless they are told not to. */
    static void requireNoForm(HttpServletRequest request, byte[] body) {
        String type = request.getContentType();
        boolean form = type != null && type.regionMatches(true, 0, "application/x-www-form-urlencoded", 0, 33);
        if (form && body.length > 0 && Character.isLetter(body[0]) && indexOf(body, '=') > 0) {
            throw notJson("the body is a form: set the webhook's content type to application/json");
        }
    }

    private static int indexOf(byte[] body, char sought) {
        for (int i = 0; i < body.length; i++) {
            if (body[i] == sought) {
                return i;
            }
        }
        return -1;
    }

    private static RefusedException notJson(String detail) {
        return new RefusedException(
                HttpStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "The body is not JSON", detail);
    }
}
