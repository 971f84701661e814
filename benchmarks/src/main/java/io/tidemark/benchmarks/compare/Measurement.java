package io.tidemark.benchmarks.compare;

/**
 * One server's turn.
 *
 * @param cpuMicros processor time of the server per request
 * @param residentMib resident memory of the server at the end
 * @param originShare requests that reached the origin, as a share
 * @param others processors that were busy with none of the comparison's processes: 0.5 is half of one
 */
record Measurement(
        Scenario scenario,
        Contender contender,
        double requestsPerSecond,
        double p50Ms,
        double p99Ms,
        double cpuMicros,
        double residentMib,
        double originShare,
        double others,
        long bad) {
    static final String CSV_HEAD =
            "scenario,server,requests_per_second,p50_ms,p99_ms,cpu_us_per_request,rss_mib,origin_share,others_cpus,bad";

    String csv() {
        return String.format(
                java.util.Locale.ROOT,
                "%s,%s,%.0f,%.3f,%.3f,%.2f,%.1f,%.4f,%.2f,%d",
                scenario.label(),
                contender.label(),
                requestsPerSecond,
                p50Ms,
                p99Ms,
                cpuMicros,
                residentMib,
                originShare,
                others,
                bad);
    }

    /** Whether it measured what the scenario is about. */
    boolean isSound() {
        boolean reachedAsMeant = scenario.isMiss() ? originShare > 0.99 : originShare <= scenario.originShareAllowed();
        return bad == 0 && reachedAsMeant;
    }
}
