package io.tidemark.writequeue.ops;

import io.tidemark.commons.problems.Problems;
import io.tidemark.writequeue.log.WriteLogUnavailableException;
import io.tidemark.writequeue.personal.KeysUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** A store that does not answer is a 503 that says so. */
@RestControllerAdvice
@Order(0)
class StoreProblems {
    private static final Logger log = LoggerFactory.getLogger(StoreProblems.class);

    @ExceptionHandler({DataAccessException.class, WriteLogUnavailableException.class, KeysUnavailableException.class})
    ResponseEntity<ProblemDetail> unavailable(RuntimeException failure) {
        String store = switch (failure) {
            case DataAccessException _ -> "status store";
            case KeysUnavailableException _ -> "store of data keys";
            default -> "write log";
        };
        log.debug("the {} did not answer", store, failure); // said once per change where it is asked
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, "2")
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Problems.of(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "store-unavailable",
                        "A store did not answer",
                        "The " + store + " did not answer, or refused; try again"));
    }
}
