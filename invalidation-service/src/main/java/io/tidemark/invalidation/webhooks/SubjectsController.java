package io.tidemark.invalidation.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.commons.json.Members;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.invalidation.log.SubjectsProperties;
import io.tidemark.invalidation.sources.Source;
import io.tidemark.invalidation.sources.Sources;
import io.tidemark.state.keys.UserNames;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code DELETE /v1/subjects/{user}}: a signed request becomes a record of the purge log that erases what is kept of a person. What
 * the person is called goes no further than this: in the log, and in all that is remembered of the request, is a name that stands
 * for it.
 */
@RestController
class SubjectsController {
    private static final Members NO_PARAMETERS = Members.of("the query");
    private static final int LONGEST = 200;

    private final Intake intake;
    private final SignedPurges purges;
    private final SubjectNames names;

    SubjectsController(Intake intake, SignedPurges purges, SubjectNames names) {
        this.intake = intake;
        this.purges = purges;
        this.names = names;
    }

    @DeleteMapping("/v1/subjects/{user}")
    ResponseEntity<Object> erase(@PathVariable String user, HttpServletRequest request)
            throws IOException, InterruptedException {
        Query.of(request.getQueryString(), NO_PARAMETERS);
        Message<PurgeRequest> message = intake.acceptWithoutBody(
                request,
                () -> erasure(user, request),
                asked -> asked.targets().toString().getBytes(UTF_8));
        return purges.publish(message, request);
    }

    private PurgeRequest erasure(String user, HttpServletRequest request) {
        boolean usable = !user.isEmpty()
                && user.length() <= LONGEST
                && user.chars().allMatch(c -> c >= '!' && c <= '~')
                && request.getRequestURI().indexOf(';') < 0;
        if (!usable) {
            throw new RefusedException(
                    HttpStatus.BAD_REQUEST,
                    "invalid-subject",
                    "The subject is not valid",
                    "a subject is 1 to " + LONGEST
                            + " visible characters of ASCII, percent-encoded as a segment of the path");
        }
        List<Target> targets = names.of(user).stream().map(Target::subject).toList();
        return new PurgeRequest(targets, Purge.Mode.HARD, false);
    }

    /** Makes the names that stand for persons. */
    @Component
    static final class SubjectNames {
        private final @Nullable UserNames names;

        /** @throws IllegalArgumentException if a source may erase persons, and there are no keys */
        SubjectNames(Sources sources, SubjectsProperties properties) {
            boolean needed = sources.all().stream().anyMatch(Source::mayErase);
            if (needed && properties.keys().isEmpty()) {
                throw new IllegalArgumentException("tidemark.subjects.keys has no key: a source may erase subjects");
            }
            this.names = properties.keys().isEmpty() ? null : properties.names();
        }

        /** One for each key. */
        List<String> of(String user) {
            if (names == null) {
                throw new IllegalStateException("no source may erase persons");
            }
            return names.all(user);
        }
    }
}
