package io.tidemark.gateway.residency;

import io.tidemark.commons.problems.Problems;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** What those are told whose data may not be where they ask for them. */
final class ResidencyProblems {
    private ResidencyProblems() {}

    /** 451 (RFC 7725). */
    static ProblemDetail elsewhere(String route, String home) {
        ProblemDetail problem = Problems.of(
                HttpStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
                "residency-elsewhere",
                "This is kept in another region",
                "route " + route + " answers only in the region that the data are at home in");
        problem.setProperty("home", home);
        return problem;
    }

    /** 451, for what would have to be kept to be done. */
    static ProblemDetail unknown(String route) {
        return Problems.of(
                HttpStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
                "residency-unknown",
                "Nobody knows where this may be kept",
                "route " + route + ": neither a token nor a session nor the host says the region that the data are at"
                        + " home in, and a queued write would be kept");
    }

    /** 451, where the queue of writes is another region's, or nobody says whose. */
    static ProblemDetail writes(String route, String home) {
        ProblemDetail problem = Problems.of(
                HttpStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
                "residency-writes",
                "Writes of this region are not queued here",
                "route " + route + ": a queued write would be kept in a region that is not known to be the data's home"
                        + " (tidemark.residency.write-queue)");
        problem.setProperty("home", home);
        return problem;
    }

    /** 503. */
    static ProblemDetail off(String route) {
        return Problems.of(
                HttpStatus.SERVICE_UNAVAILABLE,
                "residency-off",
                "Regions do not know one another here",
                "route " + route + " keeps to a region, and tidemark.state.keys has no key");
    }

    /** 503. */
    static ProblemDetail away(String home) {
        return Problems.of(
                HttpStatus.SERVICE_UNAVAILABLE,
                "home-away",
                "The data's region is out of reach",
                "the data are kept in " + home + ", which does not answer from here");
    }

    /** 503. */
    static ProblemDetail notKnown(String home) {
        return Problems.of(
                HttpStatus.SERVICE_UNAVAILABLE,
                "home-unknown",
                "The data's region is not known here",
                "the data are kept in " + home + ", which tidemark.state.homes does not have");
    }

    /** 508: passed on once more it might come back. */
    static ProblemDetail loop(String home, String region) {
        return Problems.of(
                HttpStatus.LOOP_DETECTED,
                "home-elsewhere",
                "The data's region is another",
                "this gateway was asked as one of " + home + ", and it is of " + region);
    }
}
