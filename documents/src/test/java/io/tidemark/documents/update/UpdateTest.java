package io.tidemark.documents.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.documents.lib0.MalformedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Octets that Yjs 13.6.33 wrote, and what it makes of them: what holds where there is no node to ask. */
class UpdateTest {
    /** {@code 'ab'}, then {@code 'c😀d'} after it, then two units from the second on deleted. */
    private static final List<String> TEXT =
            List.of("010101000401017402616200", "010101028401010663f09f98806400", "000101010102");

    private static final String TEXT_MERGED = "01020100040101740261628401010663f09f9880640101010102";
    private static final String TEXT_OF_A_DOCUMENT = "010301000401017401618101000284010205f09f9880640101010102";

    /** Map, array, big integer, buffer, subdocument, XML with an attribute, text with a format and an embed. */
    private static final List<String> TYPES = List.of(
            "010102002801016d016b017d0100",
            "01010201a802000175037a00000000000000017e760101617c3f0000000102010001",
            "010102022701016d01610000",
            "01010203080002020177017800",
            "0101020483020302010200",
            "010102052901016d01640167760000",
            "010102060701017803017000",
            "01010207280002060269640177013100",
            "010302080601016604626f6c640474727565840208017186020904626f6c64046e756c6c00",
            "0101020b85020a077b2269223a317d00");

    private static final String TYPES_MERGED =
            "010c02002801016d016b017d01a802000175037a00000000000000017e760101617c3f0000002701016d016100"
                    + "08000202017701788302030201022901016d016401677600070101780301702800020602696401770131060101"
                    + "6604626f6c640474727565840208017186020904626f6c64046e756c6c85020a077b2269223a317d0102010001";

    private static Update update(String hex) {
        return Update.read(HexFormat.of().parseHex(hex));
    }

    private static String hex(Update update) {
        return HexFormat.of().formatHex(update.bytes());
    }

    private static Update merged(List<String> updates) {
        return Update.merge(updates.stream().map(UpdateTest::update).toList());
    }

    /** Of clients 1 and 2, once each and once in pieces that overlap, out of order. */
    @Test
    void deletionsAreTheSameOctetsWhateverTheyWereDeletedWith() {
        Update once = Update.read(HexFormat.of().parseHex("00" + "02" + "02010002" + "01010104"));
        Update pieces = Update.merge(List.of(
                Update.read(HexFormat.of().parseHex("00" + "01" + "01020302" + "0102")),
                Update.read(HexFormat.of().parseHex("00" + "01" + "02010002")),
                Update.read(HexFormat.of().parseHex(TEXT.get(0)))));

        assertThat(pieces.deletions()).isEqualTo(once.deletions()).isEqualTo(once);
        assertThat(Update.read(HexFormat.of().parseHex(TEXT.get(0))).deletions())
                .isEqualTo(Update.EMPTY);
    }

    @Nested
    class Merging {
        @Test
        void givesWhatYjsWrites() {
            assertThat(hex(merged(TEXT))).isEqualTo(TEXT_MERGED);
            assertThat(hex(merged(TYPES))).isEqualTo(TYPES_MERGED);
        }

        @Test
        void heedsNeitherOrderNorRepetition() {
            Random random = new Random(1);
            for (int i = 0; i < 50; i++) {
                List<String> all = new ArrayList<>(TYPES);
                all.addAll(TEXT);
                all.add(TEXT_MERGED);
                all.add(TYPES.get(random.nextInt(TYPES.size())));
                Collections.shuffle(all, random);
                assertThat(hex(merged(all)))
                        .isEqualTo("02" + TYPES_MERGED.substring(2, TYPES_MERGED.length() - 10)
                                + TEXT_MERGED.substring(2, TEXT_MERGED.length() - 10)
                                + "020201000101010102");
            }
        }

        @Test
        void leavesOutWhatNobodyHasAsAGap() {
            Update gap = merged(List.of(TYPES.get(3), TYPES.get(0)));

            assertThat(hex(gap)).isEqualTo("010302002801016d016b017d010a02080002020177017800");
            assertThat(gap.vector().clocks()).containsExactly(Map.entry(2L, 1L));
            assertThat(gap.isWhole()).isFalse();
            assertThat(merged(TYPES).isWhole()).isTrue();
        }

        @Test
        void fillsAGapLater() {
            Update gap = merged(List.of(TYPES.get(3), TYPES.get(0)));
            Update all = Update.merge(List.of(gap, merged(TYPES.subList(1, 3)), merged(TYPES.subList(4, 10))));

            assertThat(hex(all)).isEqualTo(TYPES_MERGED);
        }

        @Test
        void cutsWhatOverlaps() {
            // "ab", and "b" with "c😀d" as who had "a" gets it
            Update rest = merged(TEXT).since(StateVector.read(new byte[] {1, 1, 1}));

            assertThat(hex(rest)).isEqualTo("010201018401000162" + "8401010663f09f988064" + "0101010102");
            assertThat(hex(Update.merge(List.of(update(TEXT.getFirst()), rest))))
                    .isEqualTo(TEXT_MERGED);
        }

        @Test
        void ofNothingIsNothing() {
            assertThat(Update.merge(List.of()).isEmpty()).isTrue();
            assertThat(Update.merge(List.of(Update.EMPTY, Update.EMPTY)).isEmpty())
                    .isTrue();
        }

        @Test
        void prefersWhatIsDeletedAlready() {
            Update collected = update("010101000002" + "0101010002");

            assertThat(hex(Update.merge(List.of(update(TEXT.getFirst()), collected))))
                    .isEqualTo("010101000002" + "0101010002");
        }
    }

    @Nested
    class Differences {
        @Test
        void leaveTheHalfOfAPairThatIsNotKnownAsYjsDoes() {
            Update difference = merged(TEXT.subList(0, 2)).since(StateVector.read(new byte[] {1, 1, 4}));

            assertThat(hex(difference)).isEqualTo("0101010484010304efbfbd6400");
        }

        @Test
        void ofOneWhoKnowsAllAreTheDeletions() {
            Update all = merged(TEXT);

            assertThat(hex(all.since(all.vector()))).isEqualTo("000101010102");
        }

        @Test
        void ofOneWhoKnowsMoreAreTheDeletions() {
            assertThat(hex(merged(TEXT).since(StateVector.read(new byte[] {2, 9, 5, 1, 99}))))
                    .isEqualTo("000101010102");
        }

        @Test
        void cutValuesAndLengths() {
            // JSON 1, undefined, "é" as older clients wrote it; then two octets of what was collected
            Update old = update("010201000201016103" + "0131" + "09756e646566696e6564" + "0422c3a922" + "0002" + "00");

            assertThat(old.vector().clock(1)).isEqualTo(5);
            assertThat(hex(old.since(StateVector.read(new byte[] {1, 1, 2}))))
                    .isEqualTo("01020102" + "820101" + "01" + "0422c3a922" + "0002" + "00");
            assertThat(hex(old.since(StateVector.read(new byte[] {1, 1, 4})))).isEqualTo("01010104000100");
        }
    }

    @Nested
    class Parts {
        @Test
        void areThoseWhoseStructsAndDeletionsAreThere() {
            Update all = merged(TEXT);

            TEXT.forEach(each -> assertThat(update(each).isPartOf(all)).isTrue());
            assertThat(all.isPartOf(all)).isTrue();
            assertThat(all.compacted().isPartOf(all)).isTrue();
            assertThat(Update.EMPTY.isPartOf(Update.EMPTY)).isTrue();
            assertThat(all.isPartOf(merged(TEXT.subList(0, 2)))).as("deletions").isFalse();
            assertThat(update("000101010103").isPartOf(all))
                    .as("more deletions")
                    .isFalse();
            assertThat(update(TEXT.get(1)).isPartOf(update(TEXT.get(0))))
                    .as("structs")
                    .isFalse();
            assertThat(update(TYPES.get(0)).isPartOf(all)).as("others'").isFalse();
        }
    }

    @Nested
    class Compacting {
        @Test
        void givesWhatADocumentOfYjsWrites() {
            assertThat(hex(merged(TEXT).compacted())).isEqualTo(TEXT_OF_A_DOCUMENT);
        }

        @Test
        void leavesNothingOfDeletedTextButItsLength() {
            Update all = Update.merge(List.of(merged(TEXT), update("000101010008")));

            assertThat(hex(all.compacted())).isEqualTo("010101000101017406" + "0101010008");
        }

        @Test
        void keepsTypesBecauseOthersHangOnThem() {
            Update all = Update.merge(List.of(merged(TYPES), update("00010201000c")));

            assertThat(hex(all.compacted()))
                    .contains("2701016d01610" + "0") // the array
                    .contains("0701017803017" + "0") // the paragraph
                    .doesNotContain("01000000000000" + "01") // the big integer
                    .doesNotContain("7b2269223a317d"); // the embed
            assertThat(all.compacted().vector()).isEqualTo(all.vector());
        }

        @Test
        void joinsWhatWasTypedLetterByLetter() {
            Update typed = merged(
                    List.of("01010100040101740161" + "00", "0101010184010001" + "6200", "0101010284010101" + "6300"));

            assertThat(hex(typed.compacted())).isEqualTo("0101010004010174036162" + "6300");
        }

        @Test
        void doesNotJoinWhatStandsBeforeSomethingElse() {
            // "b" after "a", but before an item of client 9
            Update typed = merged(List.of("0101010004010174016100", "01010101c401000900016200"));

            assertThat(hex(typed.compacted())).isEqualTo("01020100040101740161" + "c4010009000162" + "00");
        }
    }

    @Nested
    class Reading {
        @Test
        void putsClientsInOrder() {
            Update update = update("02" + "010100040101740161" + "010200040101740162" + "00");

            assertThat(hex(update)).isEqualTo("02" + "010200040101740162" + "010100040101740161" + "00");
        }

        @ParameterizedTest
        @CsvSource({
            "nothing,                       ''",
            "no delete set,                 00",
            "more than an update,           000000",
            "a client without structs,      0100010000",
            "a client twice,                02010100040101740161010101040101740162" + "00",
            "structs that are not there,    01ffffffff0f0100040101740161" + "00",
            "clients that are not there,    ffffffff0f0100",
            "a length past the end,         01010100040101740f6100",
            "a huge length,                 0101010004010174ffffffffffffff0f6100",
            "an integer without end,        01010100ffffffffffffffffffff",
            "an integer of 54 bits,         010101ffffffffffffff1f0401017401" + "6100",
            "clocks that overflow,          010101ffffffffffffff0f000100",
            "no known content,              01010100" + "0b01017401" + "00",
            "no known type,                 01010100" + "070101740700",
            "no known value,                01010100" + "0801017401" + "7300",
            "neither a name nor a parent,   0101010004020174016100",
            "a struct of no length,         01010100040101740000",
            "deleted nothing,               01010100010101740000",
            "text that is no UTF-8,         0101010004010174" + "02c328" + "00",
            "a surrogate in UTF-8,          0101010004010174" + "03eda080" + "00",
            "an embed that is no JSON,      0101010005010174" + "017b" + "00",
            "a subdocument without options, 0101010009010174" + "01677e" + "00",
            "deletions past all clocks,     000101" + "01ffffffffffffff0f01",
            "deletions that are not there,  0001017f0101",
        })
        void refusesWhatAClientCouldNotRead(String what, String hex) {
            assertThatThrownBy(() -> update(hex)).as(what).isInstanceOf(MalformedException.class);
        }

        @ParameterizedTest
        @ValueSource(ints = {501, 100_000})
        void refusesValuesThatOverflowAStack(int depth) {
            String nested = "7501".repeat(depth) + "7e";

            assertThatThrownBy(() -> update("0101010008010174" + "01" + nested + "00"))
                    .isInstanceOf(MalformedException.class);
        }
    }
}
