package io.tidemark.contracts;

/**
 * One record of {@link Topics#PREVIEW_COUNTS}: a gateway's answer to a {@link Preview}.
 *
 * @param preview the id of the question
 * @param instance the answering process, as in its {@link Watermark}
 * @param covered how many responses in its own store the purge would cover
 * @param stored how many it has
 */
public record PreviewCount(
        int schema, String preview, String region, String colo, String instance, long covered, long stored) {
    public static final int SCHEMA = 1;
}
