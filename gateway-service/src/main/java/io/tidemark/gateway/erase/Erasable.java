package io.tidemark.gateway.erase;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.purge.Cover;
import io.tidemark.gateway.purge.Reaches;
import io.tidemark.gateway.store.StoredRecordHead;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A purge at its position, as the eraser sees it: a hard one that has something to delete, or a soft one that has not.
 *
 * @param sets the index sets that name what it may cover
 * @param scans whether no set names all that it covers
 */
record Erasable(Purge purge, Position position, List<Cover> covers, Set<String> sets, boolean scans) {
    static Erasable of(Purge purge, Position position) {
        if (purge.mode() == Purge.Mode.SOFT) {
            return new Erasable(purge, position, List.of(), Set.of(), false);
        }
        Set<String> sets = new LinkedHashSet<>();
        boolean scans = false;
        for (Target target : purge.targets()) {
            switch (Cover.of(target)) {
                case Cover.Tag(String tag) -> sets.add(IndexKeys.tag(tag));
                case Cover.Group group -> sets.add(IndexKeys.tag(group.tag()));
                case Cover.Url _ -> sets.add(IndexKeys.path(Reaches.normalPath(target)));
                case Cover.Nothing _ -> {}
                case Cover.Host _, Cover.Prefix _, Cover.Pattern _, Cover.Everything _ -> scans = true;
            }
        }
        return new Erasable(purge, position, covers(purge), sets, scans);
    }

    private static List<Cover> covers(Purge purge) {
        return purge.targets().stream()
                .map(Cover::of)
                .filter(cover -> !(cover instanceof Cover.Nothing))
                .toList();
    }

    /** Whether the response is covered, and was not filled after the purge. */
    boolean covers(StoredRecordHead head) {
        return !head.filledAt().isAtOrPast(position) && covers.stream().anyMatch(cover -> cover.covers(head.subject()));
    }
}
