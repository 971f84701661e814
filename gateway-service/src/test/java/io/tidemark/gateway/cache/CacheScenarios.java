package io.tidemark.gateway.cache;

/** What tables of tests run against: the engine alone, or, in subclasses, a running gateway. */
abstract class CacheScenarios {
    /** A new cache that nothing is stored in. */
    CacheUnderTest cache() {
        return new PureCache();
    }
}
