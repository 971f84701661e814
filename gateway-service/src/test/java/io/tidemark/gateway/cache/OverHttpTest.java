package io.tidemark.gateway.cache;

import io.tidemark.gateway.fixtures.RunningGateway;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The engine's tables of tests once more, over HTTP against running gateways, once for each way that they keep responses. */
@ParameterizedClass
@EnumSource
class OverHttpTest {
    /** Where responses are kept. */
    enum Kept {
        /** In the process, as in the profile {@code standalone}. */
        LOCALLY {
            @Override
            CacheUnderTest cache() {
                return RunningGateway.get().cache();
            }
        },
        /** There, and in a real Redis behind. */
        IN_BOTH_TIERS {
            @Override
            CacheUnderTest cache() {
                return RunningGateway.overRedis().cache();
            }
        },
        /** Both, but the process has forgotten everything before each request, so that Redis answers. */
        IN_REDIS {
            @Override
            CacheUnderTest cache() {
                return RunningGateway.overRedis().cacheOfRegion();
            }
        };

        /** A URL that nobody has asked for. */
        abstract CacheUnderTest cache();
    }

    private final Kept kept;

    OverHttpTest(Kept kept) {
        this.kept = kept;
    }

    @Nested
    class Freshness extends FreshnessTest {
        @Override
        CacheUnderTest cache() {
            return kept.cache();
        }
    }

    @Nested
    class Storage extends StorageTest {
        @Override
        CacheUnderTest cache() {
            return kept.cache();
        }
    }

    @Nested
    class Validation extends ValidationTest {
        @Override
        CacheUnderTest cache() {
            return kept.cache();
        }
    }

    @Nested
    class Head extends HeadTest {
        @Override
        CacheUnderTest cache() {
            return kept.cache();
        }
    }

    @Nested
    class Variants extends VariantTest {
        @Override
        CacheUnderTest cache() {
            return kept.cache();
        }
    }

    @Nested
    class Ranges extends RangeTest {
        @Override
        CacheUnderTest cache() {
            return kept.cache();
        }
    }

    @Nested
    class Stale extends StaleTest {
        @Override
        CacheUnderTest cache() {
            return kept.cache();
        }
    }

    @Nested
    class Requests extends RequestDirectivesTest {
        @Override
        CacheUnderTest cache() {
            return kept.cache();
        }
    }

    @Nested
    class TargetedFields extends TargetedFieldsTest {
        @Override
        CacheUnderTest cache() {
            return kept.cache();
        }
    }
}
