package io.tidemark.commons.origins;

import java.net.InetSocketAddress;

/**
 * One address of an origin: whether it is used for new connections, and whether those that it has are let go. Its state is
 * guarded by its {@link OriginAddresses}; {@link #isLetGo} is for any thread.
 */
public final class OriginAddress {
    final InetSocketAddress socket;
    private final OriginAddresses origin;
    private int failures;
    private int exclusions;
    private boolean excluded;
    private long excludedUntil;
    private boolean unhealthy;
    private volatile boolean troubled; // something is to be forgotten when it answers
    private volatile boolean letGo;

    OriginAddress(InetSocketAddress socket, OriginAddresses origin) {
        this.socket = socket;
        this.origin = origin;
    }

    /** Address and port, with the name it was found by. */
    public InetSocketAddress socket() {
        return socket;
    }

    /** Whether no further call may use a connection to it. */
    public boolean isLetGo() {
        return letGo;
    }

    /** A call brought a response; what it says of the address counts. */
    public void answered(int status) {
        if (origin.isSeveral()) {
            if (status >= 502 && status <= 504) {
                origin.failed(this, false);
            } else {
                origin.answered(this);
            }
        }
    }

    /** A call brought no response. */
    public void failed() {
        if (origin.isSeveral()) {
            origin.failed(this, false);
        }
    }

    /** No connection could be made to it. */
    void refused() {
        if (origin.isSeveral()) {
            origin.failed(this, true);
        }
    }

    /** Whether it passes its health checks; it does until somebody says otherwise. */
    public void healthy(boolean healthy) {
        origin.checked(this, healthy);
    }

    void setLetGo(boolean letGo) {
        this.letGo = letGo;
    }

    /** Whether it may be used; its time may be over. */
    boolean isUsable(long nanoTime) {
        if (excluded && nanoTime - excludedUntil >= 0) {
            excluded = false;
        }
        return !excluded && !unhealthy;
    }

    boolean isTroubled() {
        return troubled;
    }

    /** Whether this one failure leaves it out. */
    boolean fail(boolean atOnce, OutlierSettings settings, long nanoTime) {
        failures++;
        troubled = true;
        if (excluded || (!atOnce && failures < settings.failures())) {
            return false;
        }
        failures = 0;
        exclusions = Math.min(exclusions + 1, OutlierSettings.MOST);
        excluded = true;
        excludedUntil = nanoTime + settings.leaveOut().toNanos() * exclusions;
        return true;
    }

    /** Whether that is news. What was under way when it was left out says nothing. */
    boolean answer() {
        if (excluded) {
            return false;
        }
        boolean news = exclusions > 0;
        failures = 0;
        exclusions = 0;
        troubled = false;
        return news;
    }

    /** Whether that is news. */
    boolean check(boolean healthy) {
        boolean news = unhealthy == healthy;
        unhealthy = !healthy;
        return news;
    }

    @Override
    public String toString() {
        return socket.getAddress().getHostAddress() + ':' + socket.getPort();
    }
}
