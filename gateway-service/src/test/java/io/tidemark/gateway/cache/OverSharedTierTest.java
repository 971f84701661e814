package io.tidemark.gateway.cache;

import io.tidemark.gateway.fixtures.RunningGateway;

/** The same tables where the local store has forgotten everything before each request, so that Redis answers. */
class OverSharedTierTest extends OverHttpTest {
    @Override
    CacheUnderTest running() {
        return RunningGateway.overRedis().cacheOfRegion();
    }
}
