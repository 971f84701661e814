package io.tidemark.gateway.documents;

import static io.tidemark.gateway.documents.DocumentRegion.newName;
import static io.tidemark.gateway.documents.DocumentRegion.port;
import static io.tidemark.gateway.session.StateClient.bearer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidemark.documents.awareness.Presence;
import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.update.StateVector;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.session.StateClient;
import io.tidemark.gateway.session.StateRegions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who may read documents, who may edit them, and what happens when that changes while they are connected. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentAccessTest {
    private static final Update A = DocumentClient.letter(7, 0, "a");
    private static final Update B = DocumentClient.letter(8, 0, "b");

    private DocumentRegion region;
    private int sessions;
    private int readers;
    private int users;

    @BeforeAll
    void start() {
        region = new DocumentRegion("document-access");
        sessions = port(gateway(
                "sessions",
                "--tidemark.documents.access=session",
                "--tidemark.documents.personal=mine-",
                "--tidemark.documents.erasers=ellen"));
        readers = port(gateway("readers", "--tidemark.documents.access=anyone", "--tidemark.documents.edits=session"));
        users = port(gateway("users", "--tidemark.documents.access=token"));
    }

    private GatewayUnderTest gateway(String colo, String... more) {
        return region.gateway(
                colo,
                Stream.concat(
                                Stream.of(more),
                                Stream.of(
                                        "--tidemark.documents.recheck=200ms",
                                        "--tidemark.state.enabled=true",
                                        "--tidemark.state.keys=" + StateRegions.KEY,
                                        "--tidemark.state.data-keys=eu" + StateRegions.KEY.substring(2),
                                        "--tidemark.state.secure-cookie=false",
                                        "--tidemark.state.redis-timeout=10s",
                                        "--tidemark.tokens.secret=" + StateClient.TOKEN_SECRET))
                        .toArray(String[]::new));
    }

    @AfterAll
    void stop() {
        region.close();
    }

    private static String token(String user) {
        return bearer(user).substring("Bearer ".length());
    }

    private static void logOut(int port, String cookie) throws Exception {
        assertThat(StateClient.send(port, "DELETE", "/edge/session", "", "Cookie", cookie)
                        .statusCode())
                .isLessThan(300);
    }

    @Test
    void aSessionOrATokenOpensADocument() throws Exception {
        String document = newName();
        assertThatThrownBy(() -> new DocumentClient(sessions, document)).hasStackTraceContaining("401");
        assertThatThrownBy(() -> new DocumentClient(sessions, document, "Authorization", "Bearer x.y.z"))
                .hasStackTraceContaining("401");

        DocumentClient anna = DocumentClient.joined(sessions, document, "Cookie", StateClient.begin(sessions));
        DocumentClient ben = DocumentClient.joined(sessions, document, "Authorization", bearer("ben"));

        anna.say(new Message.Edit(A));
        ben.hearsEdit(A);
        ben.say(new Message.Edit(B));
        anna.hearsEdit(A);
        anna.hearsEdit(B);
    }

    @Test
    void aPersonsDocumentIsOfWhoMadeTheFirstEdit() {
        String document = "mine-" + newName();
        DocumentClient anna = DocumentClient.joined(sessions, document, "Authorization", bearer("anna"));
        CollaborationClient ben = new CollaborationClient(sessions);
        ben.token(document, token("ben"));
        ben.hears(document, "authenticated read-write");

        anna.say(new Message.Edit(A));
        anna.hearsEdit(A);
        ben.say(document, new Message.Edit(B));
        ben.hears(document, "stored 1");

        String owner = region.meta(document, "owner");
        assertThat(owner).isNotEmpty();
        String another = "mine-" + newName();
        ben.token(another, token("ben"));
        ben.hears(another, "authenticated read-write");
        ben.say(another, new Message.Edit(A));
        ben.hears(another, "stored 1");
        assertThat(region.meta(another, "owner")).isNotEmpty().isNotEqualTo(owner);
    }

    @Test
    void anEraserGetsAReceiptAndTheClientsAreGoneForGood() throws Exception {
        String document = newName();
        String path = "/edge/documents/" + document;
        DocumentClient anna = DocumentClient.joined(sessions, document, "Authorization", bearer("anna"));
        anna.say(new Message.Edit(A));
        anna.hearsEdit(A);
        assertThat(StateClient.send(sessions, "DELETE", path, "", "Authorization", bearer("anna"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(StateClient.send(sessions, "GET", path, "", "Authorization", bearer("anna"))
                        .body())
                .contains("\"region\":\"eu\"", "\"tail\":1", "\"lag\":0")
                .doesNotContain("others");

        var receipt = StateClient.send(sessions, "DELETE", path, "", "Authorization", bearer("ellen"));

        assertThat(receipt.statusCode()).isEqualTo(200);
        assertThat(receipt.body())
                .contains("\"status\":\"complete\"", "\"eu\":{", "\"stores\":{\"keys\":0,\"redis\":1}")
                .doesNotContain("waiting");
        assertThat(anna.closed()).isEqualTo(4404);
        var gone = StateClient.send(sessions, "GET", path, "", "Authorization", bearer("anna"));
        assertThat(gone.statusCode()).isEqualTo(410);
        assertThat(gone.body()).contains("document-erased", "\"redis\":1");
    }

    @Test
    void whoLogsOutIsSentAwayForGood() throws Exception {
        String document = newName();
        String cookie = StateClient.begin(sessions);
        DocumentClient anna = DocumentClient.joined(sessions, document, "Cookie", cookie);
        DocumentClient ben = DocumentClient.joined(sessions, document, "Authorization", bearer("ben"));

        logOut(sessions, cookie);

        assertThat(anna.closed()).isEqualTo(4401);
        ben.say(new Message.Edit(A));
        ben.hearsEdit(A);
    }

    @Test
    void eachDocumentOfAConnectionHasItsOwnToken() {
        String mine = newName();
        String others = newName();
        CollaborationClient anna = new CollaborationClient(sessions);

        anna.token(others, "");
        anna.hears(others, "denied may not edit, or no longer");
        anna.token(others, "no token\r\nCookie: x");
        anna.hears(others, "denied may not edit, or no longer");
        anna.token(others, "x.y.z");
        anna.hears(others, "denied may not edit, or no longer");
        anna.say(others, new Message.Edit(A));
        anna.say(others, new Message.Known(StateVector.EMPTY));
        anna.token(mine, token("anna"));
        anna.hears(mine, "authenticated read-write");
        anna.say(mine, new Message.Edit(A));
        anna.hears(mine, "stored 1");

        assertThat(region.edits(others)).isZero();
        anna.token(others, token("anna"));
        anna.hears(others, "authenticated read-write");
    }

    @Test
    void theConnectionsSessionCountsForDocumentsWithoutATokenAsLongAsItLasts() throws Exception {
        String bySession = newName();
        String byToken = newName();
        String cookie = StateClient.begin(sessions);
        CollaborationClient anna = new CollaborationClient(sessions, "Cookie", cookie).with(bySession);
        CollaborationClient ben = new CollaborationClient(sessions);
        ben.token(byToken, token("ben"));
        ben.hears(byToken, "authenticated read-write");

        logOut(sessions, cookie);

        anna.hears(bySession, "denied may not edit, or no longer");
        anna.hears(bySession, "closed may not edit, or no longer");
        anna.say(bySession, new Message.Edit(A));
        ben.say(byToken, new Message.Edit(A));
        ben.hears(byToken, "stored 1");
        assertThat(region.edits(bySession)).isZero();
    }

    @Test
    void whoMayOnlyReadReadsAndIsSentAwayForEditing() throws Exception {
        String document = newName();
        DocumentClient editor = DocumentClient.joined(readers, document, "Cookie", StateClient.begin(readers));
        editor.say(new Message.Edit(A));
        editor.hearsEdit(A);
        DocumentClient reader = new DocumentClient(readers, document);
        reader.say(new Message.Known(StateVector.EMPTY));
        assertThat(reader.hears(Message.Lacking.class).update()).isEqualTo(A);
        Presence there = new Presence(9, 1, "{}");

        reader.say(new Message.Lacking(A));
        reader.say(new Message.Present(List.of(there)));
        editor.hearsOf(there);
        reader.say(new Message.Edit(B));

        assertThat(reader.closed()).isEqualTo(4403);
        assertThat(reader.isDenied()).isTrue();
        assertThat(region.edits(document)).isEqualTo(1);
    }

    @Test
    void whoMayOnlyReadIsToldSoAndWhatTheySendIsNotStored() {
        String document = newName();
        CollaborationClient anna = new CollaborationClient(readers);
        anna.token(document, "");
        anna.hears(document, "authenticated readonly");

        anna.say(document, new Message.Edit(B));
        anna.hears(document, "stored 0");
        anna.say(document, new Message.Lacking(B));
        anna.hears(document, "stored 0");
        anna.say(document, new Message.Lacking(Update.EMPTY));
        anna.hears(document, "stored 1");

        assertThat(region.edits(document)).isZero();
        anna.token(document, token("anna"));
        anna.hears(document, "authenticated read-write");
        anna.say(document, new Message.Edit(B));
        anna.hears(document, "stored 1");
    }

    @Test
    void whoLogsOutMayReadOnWhereAnyoneMay() throws Exception {
        String document = newName();
        String cookie = StateClient.begin(readers);
        CollaborationClient anna = new CollaborationClient(readers, "Cookie", cookie).with(document);
        DocumentClient plain = DocumentClient.joined(readers, document, "Cookie", cookie);

        logOut(readers, cookie);

        anna.hears(document, "authenticated readonly");
        anna.say(document, new Message.Edit(A));
        anna.hears(document, "stored 0");
        assertThat(region.edits(document)).isZero();
        // it may be closed between the look and the edit
        await().atMost(Duration.ofSeconds(30))
                .ignoreException(CompletionException.class)
                .until(() -> {
                    if (!plain.isClosed()) {
                        plain.say(new Message.Edit(B)); // until that is asked again, too
                    }
                    return plain.isClosed();
                });
        assertThat(plain.closed()).isEqualTo(4403);
    }

    @Test
    void whereOnlyUsersMayASessionOfNobodyIsNotEnough() throws Exception {
        String document = newName();
        String ofNobody = StateClient.begin(users);
        String ofAnna = StateClient.begin(users, "Authorization", bearer("anna"));
        assertThatThrownBy(() -> new DocumentClient(users, document, "Cookie", ofNobody))
                .hasStackTraceContaining("403");
        CollaborationClient nobody = new CollaborationClient(users, "Cookie", ofNobody);
        nobody.token(document, "");
        nobody.hears(document, "denied may not edit, or no longer");

        DocumentClient anna = DocumentClient.joined(users, document, "Cookie", ofAnna);
        DocumentClient ben = DocumentClient.joined(users, document, "Authorization", bearer("ben"));
        nobody.token(document, token("carl"));
        nobody.hears(document, "authenticated read-write");

        ben.say(new Message.Edit(A));
        anna.hearsEdit(A);
        nobody.hearsEdit(document, A);
        logOut(users, ofAnna);
        assertThat(anna.closed()).isEqualTo(4401);
    }
}
