package io.tidemark.gateway.cache;

import io.tidemark.gateway.fixtures.RunningGateway;
import org.junit.jupiter.api.Nested;

/** The engine's tables of tests once more, over HTTP against the running gateway in its profile {@code standalone}. */
class OverHttpTest {
    /** A URL of the gateway that nobody has asked for. */
    CacheUnderTest running() {
        return RunningGateway.get().cache();
    }

    @Nested
    class Freshness extends FreshnessTest {
        @Override
        CacheUnderTest cache() {
            return running();
        }
    }

    @Nested
    class Storage extends StorageTest {
        @Override
        CacheUnderTest cache() {
            return running();
        }
    }

    @Nested
    class Validation extends ValidationTest {
        @Override
        CacheUnderTest cache() {
            return running();
        }
    }

    @Nested
    class Variants extends VariantTest {
        @Override
        CacheUnderTest cache() {
            return running();
        }
    }

    @Nested
    class Ranges extends RangeTest {
        @Override
        CacheUnderTest cache() {
            return running();
        }
    }

    @Nested
    class Stale extends StaleTest {
        @Override
        CacheUnderTest cache() {
            return running();
        }
    }

    @Nested
    class Requests extends RequestDirectivesTest {
        @Override
        CacheUnderTest cache() {
            return running();
        }
    }

    @Nested
    class TargetedFields extends TargetedFieldsTest {
        @Override
        CacheUnderTest cache() {
            return running();
        }
    }
}
