package io.tidemark.contracts;

/** The Kafka topics of the suite. */
public final class Topics {
    /** Every purge, one partition: the offset is the purge's position. Key: the first target. Value: {@link Purge}. */
    public static final String PURGES = "tidemark.purges";

    /** How far each gateway has read the purges, compacted. Key: the gateway instance. Value: {@link Watermark}. */
    public static final String WATERMARKS = "tidemark.watermarks";

    /** What each region's eraser deleted from its Redis. Key: the region. Value: {@link Erasure}. */
    public static final String ERASURES = "tidemark.erasures";

    /** What purges would cover: the questions, read from the end on. Key: the question's id. Value: {@link Preview}. */
    public static final String PREVIEWS = "tidemark.previews";

    /** The gateways' answers. Key: the question's id. Value: {@link PreviewCount}. */
    public static final String PREVIEW_COUNTS = "tidemark.previews.counts";

    /** What became of requests: the questions, read from the end on. Key: the question's id. Value: {@link Inquiry}. */
    public static final String INQUIRIES = "tidemark.inquiries";

    /** The gateways' answers. Key: the question's id. Value: {@link InquiryAnswer}. */
    public static final String INQUIRY_ANSWERS = "tidemark.inquiries.answers";

    /** Which keys are used, compacted. Key: {@link KeyPromotion#scope}. Value: {@link KeyPromotion}. */
    public static final String KEYS = "tidemark.keys";

    /** Accepted writes. Key: the ordering key. Value: {@link Write}. */
    public static final String WRITES = "tidemark.writes";

    /** Writes that were given up. Key: the ordering key. */
    public static final String DEAD_WRITES = "tidemark.writes.dead";

    /** What regions tell each other of documents. Key: the document's name. Its header {@code head}: {@link DocumentHead}. */
    public static final String DOCUMENTS = "tidemark.documents";

    private Topics() {}
}
