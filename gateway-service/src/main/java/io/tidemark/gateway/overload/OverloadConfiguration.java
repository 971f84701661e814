package io.tidemark.gateway.overload;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.server.ClientAddresses;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The budget and the limits, put together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({OverloadProperties.class, ListenerProperties.class, ClientProperties.class})
class OverloadConfiguration {
    private static long heap() {
        return Runtime.getRuntime().maxMemory();
    }

    @Bean
    HeldBytes heldBytes(OverloadProperties properties, MeterRegistry metrics) {
        HeldBytes bytes = new HeldBytes(properties.bytes(heap()));
        Gauge.builder("tidemark.overload.budget", bytes, HeldBytes::budget)
                .description("what may be held for clients and origins at a time")
                .baseUnit("bytes")
                .register(metrics);
        Gauge.builder("tidemark.overload.stage", bytes, held -> held.stage().level())
                .description("0: room for everything, 1: nothing is stored, 2: nothing is joined, 3: the newest are"
                        + " refused, 4: connections are refused")
                .register(metrics);
        for (HeldFor use : HeldFor.values()) {
            Gauge.builder("tidemark.overload.held", bytes, held -> held.held(use))
                    .description("what is held for clients and origins")
                    .baseUnit("bytes")
                    .tag("for", use.label())
                    .register(metrics);
            FunctionCounter.builder("tidemark.overload.refused", bytes, held -> held.refused(use))
                    .description("how often the budget had no room: bodies were not stored, requests refused")
                    .tag("for", use.label())
                    .register(metrics);
        }
        return bytes;
    }

    @Bean
    OutputLimits outputLimits(HeldBytes bytes, ListenerProperties properties, MeterRegistry metrics) {
        return new OutputLimits(bytes, properties.writeTimeout(), properties.maxPipelined(), metrics);
    }

    @Bean
    ClientLimits clientLimits(ClientProperties properties, HeldBytes bytes, MeterRegistry metrics) {
        long room = OverloadStage.SHED_NEWEST.from(bytes.budget()) / Admission.REQUEST;
        return new ClientLimits(properties, room, Ticker.systemTicker(), metrics);
    }

    @Bean
    Listener listener(
            ListenerProperties properties,
            ServerProperties server,
            HeldBytes bytes,
            ClientAddresses addresses,
            MeterRegistry metrics) {
        long headBytes = server.getMaxHttpRequestHeaderSize().toBytes();
        return new Listener(properties, headBytes, heap(), bytes, addresses, metrics);
    }
}
