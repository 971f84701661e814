package io.tidemark.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Preview;
import io.tidemark.contracts.PreviewCount;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.PurgeSubject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class PreviewResponderTest {
    private static final List<PurgeSubject> STORED = List.of(
            new PurgeSubject(List.of("shop.example"), "/a", null, Set.of("x", "y")),
            new PurgeSubject(List.of("shop.example"), "/b", null, Set.of("y")),
            new PurgeSubject(List.of("other.example"), "/a", "q=1", Set.of()));

    @Test
    void countsEachStoredResponseOnceThatAnyTargetCovers() {
        assertThat(covered(Target.tag("y"))).isEqualTo(2);
        assertThat(covered(Target.tag("x"), Target.tag("y"), Target.url("/a"))).isEqualTo(3);
        assertThat(covered(Target.url("http://shop.example/a"))).isEqualTo(1);
        assertThat(covered(Target.tag("z"))).isZero();
        assertThat(covered(Target.all())).isEqualTo(3);
    }

    private static long covered(Target... targets) {
        PreviewResponder responder = new PreviewResponder(
                new Heartbeat.Identity("eu", "eu-1", "eu-1-a"),
                STORED::forEach,
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()),
                InstantSource.system());
        PreviewCount count = responder.count(new Preview(1, "p", List.of(targets), Instant.EPOCH));
        assertThat(count.stored()).isEqualTo(3);
        assertThat(count.instance()).isEqualTo("eu-1-a");
        return count.covered();
    }
}
