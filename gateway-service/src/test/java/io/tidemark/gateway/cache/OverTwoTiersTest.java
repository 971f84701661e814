package io.tidemark.gateway.cache;

import io.tidemark.gateway.fixtures.RunningGateway;

/** The same tables against the running gateway with its local store over a real Redis. */
class OverTwoTiersTest extends OverHttpTest {
    @Override
    CacheUnderTest running() {
        return RunningGateway.overRedis().cache();
    }
}
