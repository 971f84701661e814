package io.tidemark.local.suite.sessions;

import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.machine.PartFailedException;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * {@code ./run sessions}: what state at the edge keeps while many write, leave and buy, and gateways are killed; and what a
 * read costs. Prints a table. Exit status 1: an update was lost, a session came back, an order is missing or there twice, a
 * user saw the other's page, or a store holds a user's word as it is.
 *
 * <p>System properties: {@code sessions.trials} (a regular expression in whose names they are found; all),
 * {@code sessions.increments} (10,000), {@code sessions.checkouts} (1,000), {@code sessions.personal} (100,000 requests).
 */
public final class SessionTrials {
    private static final int WRITERS = 64;

    private final Site site;
    private boolean good = true;

    private SessionTrials(Site site) {
        this.site = site;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        LauncherOptions options = LauncherOptions.fromSystemProperties("local/suite/target/sessions");
        options.emptyFolders();
        System.out.println("starting three gateways, a write queue, two Redis, Kafka and an origin; logs in "
                + options.root().relativize(options.logs()));
        boolean good;
        try (Site site = Site.start(options)) {
            SessionTrials trials = new SessionTrials(site);
            trials.run();
            good = trials.good;
        } catch (PartFailedException e) {
            System.out.println(e.getMessage());
            good = false;
        }
        System.out.println(good ? "nothing was lost, nothing was seen" : "FAILED");
        System.exit(good ? 0 : 1);
    }

    private void run() throws IOException, InterruptedException {
        System.out.println("| | |\n|---|---|");
        if (asked("increments")) {
            increments();
        }
        if (asked("logout")) {
            LogoutTrial.Result logout = new LogoutTrial(site.everywhere()).run();
            row(
                    "50 write, one logs out",
                    logout.written() + " written before, answers of 5xx: " + logout.failed() + ", "
                            + logout.backAfterwards() + " came back",
                    logout.failed().isEmpty() && logout.backAfterwards() == 0);
        }
        if (asked("rotation")) {
            RotationTrial.Result rotation = new RotationTrial(site).run();
            row(
                    "a data key comes into use, one gateway is stopped",
                    "waited for " + rotation.waitedFor() + "; used too early: " + rotation.tooEarly() + ", then "
                            + rotation.left() + " data keys left under the old one, " + rotation.unreadable()
                            + " entries unreadable",
                    rotation.isGood());
        }
        if (asked("personal")) {
            PersonalTrial.Result personal =
                    new PersonalTrial(site).run(Integer.getInteger("sessions.personal", 100_000));
            row(
                    "two users ask for pages of theirs",
                    personal.requests() + " requests, " + personal.others() + " showed the other's, "
                            + personal.failed() + " failed; " + personal.statuses(),
                    personal.others() == 0 && personal.failed() == 0);
        }
        if (asked("checkouts")) {
            checkouts();
        }
        if (asked("abroad")) {
            AbroadTrial.Result abroad = new AbroadTrial(site).run();
            row(
                    "people of eu do everything through us",
                    abroad.requests() + " requests, " + abroad.failed() + " failed, "
                            + abroad.keys().size() + " keys of theirs in Redis of us; erasure complete: "
                            + abroad.erased(),
                    abroad.isGood());
        }
        if (asked("canaries")) {
            Map<String, Long> canaries = PersonalTrial.canaries(site);
            row(
                    "files that hold a user's name or word as it is",
                    canaries.toString(),
                    canaries.values().stream().allMatch(count -> count == 0));
        }
        if (asked("costs")) {
            costs();
        }
    }

    private static boolean asked(String trial) {
        return Pattern.compile(System.getProperty("sessions.trials", ""))
                .matcher(trial)
                .find();
    }

    private void increments() throws IOException, InterruptedException {
        int increments = Integer.getInteger("sessions.increments", 10_000);
        Increments.Result ours = new Increments(site.home()).run(WRITERS, increments);
        row("64 writers count up, through two gateways", text(ours), ours.kept() == ours.asked());
        try (var peer = new SpringSessionPeer(site.redisEu().port())) {
            row("the same by Spring Session, without HTTP", text(peer.run(WRITERS, increments)), true);
        }
    }

    private static String text(Increments.Result result) {
        return result.asked() + " asked, " + result.kept() + " kept, " + (result.asked() - result.kept()) + " lost, "
                + result.refused() + " refused and done again, " + result.millis() + " ms";
    }

    private void checkouts() throws InterruptedException {
        int asked = Integer.getInteger("sessions.checkouts", 1_000);
        CheckoutTrial.Result checkouts = new CheckoutTrial(site).run(asked);
        row(
                "purchases while gateways are killed",
                checkouts.confirmed() + " confirmed, " + checkouts.orders() + " orders, " + checkouts.missing()
                        + " missing; " + checkouts.kills() + " kills, requests broken: " + checkouts.broken(),
                checkouts.missing() == 0 && checkouts.orders() == asked && checkouts.confirmed() == asked);
    }

    private void costs() throws IOException, InterruptedException {
        ReadCosts.Result costs = new ReadCosts(site).run();
        double shared = costs.micros().getOrDefault("hit in Redis", 0L);
        costs.micros()
                .forEach((name, tenths) -> row(
                        "processor time, " + name,
                        String.format(Locale.ROOT, "%.1f µs, %.2f of a hit in Redis", tenths / 10.0, tenths / shared),
                        true));
        row(
                costs.forgedRequests() + " forged tokens",
                costs.redisCommands() + " commands to Redis; " + costs.redisCommandsIdle() + " in as long without",
                costs.redisCommands() < costs.forgedRequests() / 100);
    }

    private void row(String what, String result, boolean kept) {
        good &= kept;
        System.out.println("| " + what + " | " + result + (kept ? " |" : " **FAILED** |"));
    }
}
