package io.tidemark.k8s;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A site: a region of Tidemark's own, with a Redis and gateways.
 *
 * @param name of its region and, with {@code tidemark-} before it, of its namespace. Of letters and digits only, for it is
 *     part of names of environment variables, which know no case and no dash
 * @param redis a URL of its Redis
 * @param writesRedis a URL of its write queue's Redis; a site that has one has all services, the others have gateways alone
 * @param kafka where it reaches the one cluster of brokers
 * @param writes where its gateways send what is to be queued, if it has no write queue itself
 * @param gateway where the gateways of other sites reach its own, for sessions that are at home here; absent: nowhere
 * @param addresses where its gateways come from, as the others see them: networks whose word about clients is believed
 * @param components folders of {@code k8s/components} that it takes
 * @param gateways how many and how large
 */
record Site(
        String name,
        String redis,
        @Nullable String writesRedis,
        String kafka,
        @Nullable String writes,
        @Nullable String gateway,
        List<String> addresses,
        List<String> components,
        Gateways gateways) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,39}");

    /**
     * How many gateways, and how large each.
     *
     * @param least never fewer; one less may be taken down for maintenance at a time
     * @param most never more
     * @param cpu requested
     * @param memory requested, and the most
     */
    record Gateways(int least, int most, String cpu, String memory) {
        private static final Pattern CPU = Pattern.compile("[1-9]\\d*m?");
        private static final Pattern MEMORY = Pattern.compile("[1-9]\\d*(Mi|Gi)");

        static final Gateways USUAL = new Gateways(3, 12, "500m", "768Mi");

        Gateways {
            if (least < 1 || most < least) {
                throw new IllegalArgumentException("gateways: least must be 1 or more, most no fewer");
            }
            if (!CPU.matcher(cpu).matches()) {
                throw new IllegalArgumentException("gateways.cpu: 500m or 2, not " + cpu);
            }
            if (!MEMORY.matcher(memory).matches()) {
                throw new IllegalArgumentException("gateways.memory: 768Mi or 2Gi, not " + memory);
            }
        }

        /** How many must stay: all but one. */
        int stay() {
            return least - 1;
        }
    }

    Site {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name: a letter, then at most 39 letters and digits, all small");
        }
        if (writesRedis == null && writes == null) {
            throw new IllegalArgumentException("writes: it has no writes-redis, so it must say where its writes go");
        }
        addresses = List.copyOf(addresses);
        components = List.copyOf(components);
    }

    boolean hasAllServices() {
        return writesRedis != null;
    }
}
