package io.tidemark.commons.configuration;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which configuration is in force, and whether the files say another one that was refused. Has no value of any property.
 *
 * @param version the same for equal files, whatever their directory is called; null without files
 * @param since when it came into force
 * @param files that it was read from
 * @param changes how many came into force since the start
 * @param changeable the properties that may change while the service runs, each with all below it
 * @param refused what lies in the files now, if that is not in force
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConfigurationStanding(
        @Nullable String version,
        Instant since,
        List<String> files,
        int changes,
        List<String> changeable,
        @Nullable Refused refused) {
    /**
     * Why the files are not in force.
     *
     * @param at when they were refused
     * @param property that it is about, if one is known
     * @param place the file, with the line where it is known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Refused(
            Instant at, @Nullable String property, @Nullable String place, String reason) {}
}
