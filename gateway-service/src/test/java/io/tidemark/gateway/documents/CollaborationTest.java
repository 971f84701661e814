package io.tidemark.gateway.documents;

import static io.tidemark.gateway.documents.DocumentRegion.newName;
import static io.tidemark.gateway.documents.DocumentRegion.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.documents.awareness.Presence;
import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.update.StateVector;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.DocumentStore;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.local.fixtures.Certificates;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dialect of Hocuspocus: many documents on one connection, and the same ones as those of y-websocket. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CollaborationTest {
    private static final Update A = DocumentClient.letter(7, 0, "a");
    private static final Update B = DocumentClient.letter(8, 0, "b");

    private DocumentRegion region;
    private GatewayUnderTest gateway;

    @BeforeAll
    void start() {
        region = new DocumentRegion("collaboration");
        gateway = region.gateway("one", "--tidemark.documents.access=anyone", "--tidemark.documents.max-documents=10");
    }

    @AfterAll
    void stop() {
        region.close();
    }

    private CollaborationClient client(String... documents) {
        CollaborationClient made = new CollaborationClient(port(gateway));
        for (String document : documents) {
            made.with(document);
        }
        return made;
    }

    @Test
    void oneConnectionHasManyDocumentsAndIsToldWhatIsStored() {
        String one = newName();
        String two = newName();
        CollaborationClient anna = client(one, two);
        CollaborationClient ben = client(two);

        anna.say(two, new Message.Edit(A));
        anna.say(one, new Message.Edit(B));

        anna.hearsEdit(two, A);
        anna.hears(two, "stored 1");
        assertThat(region.edits(two)).isEqualTo(1);
        ben.hearsEdit(two, A);
        anna.hears(one, "stored 1");
        assertThat(region.edits(one)).isEqualTo(1);
    }

    @Test
    void whoAsksGetsWhatTheyLackAndIsAskedBackUntilAllIsStored() {
        String document = newName();
        CollaborationClient anna = client(document);
        anna.say(document, new Message.Edit(A));
        anna.hears(document, "stored 1");

        anna.say(document, new Message.Known(StateVector.EMPTY));

        assertThat(anna.hears(document, Message.Lacking.class).update()).isEqualTo(A);
        assertThat(anna.hears(document, Message.Known.class).vector().clock(7)).isEqualTo(1);
        anna.say(document, new Message.Lacking(A));
        anna.hears(document, "stored 1");
        anna.say(document, new Message.Lacking(B));
        anna.hears(document, "stored 1");
        assertThat(region.edits(document))
                .as("what is known is not stored again")
                .isEqualTo(2);
    }

    @Test
    void clientsOfBothDialectsEditTheSameDocument() {
        String document = newName();
        CollaborationClient anna = client(document);
        DocumentClient ben = DocumentClient.joined(port(gateway), document);
        Presence presence = new Presence(7, 1, "{\"name\":\"Anna\"}");

        anna.say(document, new Message.Edit(A));
        ben.hearsEdit(A);
        ben.say(new Message.Edit(B));
        anna.hearsEdit(document, A);
        anna.hearsEdit(document, B);
        anna.say(document, new Message.Present(List.of(presence)));
        ben.hearsOf(presence);
        assertThat(anna.hears(document, Message.Present.class).clients()).containsExactly(presence);
        anna.say(document, 7);
        ben.hearsOf(new Presence(7, 1, null));
    }

    @Test
    void twoOfOneNameAreToldApartBySession() {
        String document = newName();
        CollaborationClient anna = client(document + "\0one", document + "\0two");

        anna.say(document + "\0one", new Message.Edit(A));

        anna.hears(document + "\0one", "stored 1");
        anna.hearsEdit(document + "\0two", A);
    }

    @Test
    void whoSaysNothingOfATokenGetsWhatNeedsNone() {
        String document = newName();
        CollaborationClient anna = client();

        anna.say(document, new Message.Known(StateVector.EMPTY));

        anna.hears(document, Message.Lacking.class);
        anna.say(document, new Message.Edit(A));
        anna.hears(document, "stored 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "a.b", "a%20b", "a:b", "../x", "ü", "a/\u0000b", "{x}", "a b"})
    void aNameThatIsNoneIsDeniedAndTheOthersGoOn(String bad) {
        String document = newName();
        CollaborationClient anna = client(document);
        anna.token(bad, "");

        anna.hears(bad, "denied there can be no document of this name");
        anna.say(bad, new Message.Edit(A));
        anna.say(document, new Message.Edit(A));

        anna.hears(document, "stored 1");
        assertThat(region.edits(bad)).isZero();
    }

    @Test
    void oneDocumentTooManyIsDenied() {
        CollaborationClient anna = client();
        String first = newName();
        anna.with(first);
        for (int i = 1; i < 10; i++) {
            anna.with(newName());
        }
        String last = newName();

        anna.token(last, "");

        anna.hears(last, "denied too many documents on one connection");
        anna.say(first, 7);
        anna.with(last);
    }

    @Test
    void aDocumentThatIsErasedIsTakenFromItsClientsAndTheOthersGoOn() {
        String erased = newName();
        String other = newName();
        CollaborationClient anna = client(erased, other);
        anna.say(erased, new Message.Edit(A));
        anna.hears(erased, "stored 1");

        gateway.bean(DocumentStore.class)
                .erase(new DocumentName(erased), Instant.EPOCH)
                .join();

        anna.hears(erased, "denied the document was erased");
        anna.hears(erased, "closed the document was erased");
        anna.say(erased, new Message.Edit(B));
        anna.token(erased, "");
        anna.hears(erased, "denied the document was erased");
        anna.hears(erased, "closed the document was erased");
        anna.say(other, new Message.Edit(A));
        anna.hears(other, "stored 1");
        assertThat(region.edits(erased)).isZero();
        assertThat(anna.hasHeardMore(erased)).as("authenticated all the same").isFalse();
    }

    @Test
    void aPingIsAnsweredAndWhatNobodyListensToIsPassedOver() {
        String document = newName();
        CollaborationClient anna = client(document);

        anna.socket().send(new byte[] {9});
        anna.hears("", "pong");
        anna.socket().send(new byte[] {10});
        anna.socket().send(HexFormat.of().parseHex("0161" + "05" + "026869")); // stateless
        anna.say(document, new Message.Edit(A));

        anna.hears(document, "stored 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "0b",
                "0161",
                "016106",
                "01610b",
                "0161000501",
                "0161" + "0002" + "0a" + "01010100040201740161" + "00",
                "0161" + "0004",
                "0161" + "020101",
                "0161" + "0200ff",
                "ffffffffffffff7f" + "61",
                "01ff" + "0200" + "00",
                "0161" + "0700"
            })
    void whatNoClientSendsEndsTheConnectionForGood(String hex) {
        String document = newName();
        CollaborationClient anna = client(document);
        CollaborationClient ben = client(document);

        anna.socket().send(HexFormat.of().parseHex(hex));

        assertThat(anna.socket().code()).isEqualTo(4400);
        ben.say(document, new Message.Edit(A));
        ben.hears(document, "stored 1");
    }

    @Test
    void bothDialectsWorkOverTls() {
        String pem = "file:" + Certificates.pem("good");
        GatewayUnderTest secure = region.gateway(
                "secure",
                "--tidemark.documents.access=anyone",
                "--server.ssl.certificate=" + pem,
                "--server.ssl.certificate-private-key=" + pem);
        String document = newName();
        CollaborationClient anna = new CollaborationClient("wss://localhost:" + port(secure)).with(document);
        DocumentClient ben = new DocumentClient("wss://localhost:" + port(secure), document);
        ben.say(new Message.Known(StateVector.EMPTY));
        ben.hears(Message.Lacking.class);
        DocumentClient carl = DocumentClient.joined(port(gateway), document);

        anna.say(document, new Message.Edit(A));
        ben.hearsEdit(A);
        carl.hearsEdit(A);
        ben.say(new Message.Edit(B));
        anna.hearsEdit(document, A);
        anna.hearsEdit(document, B);
    }

    @Test
    void onlyAllowedPagesConnect() {
        assertThatThrownBy(() -> new CollaborationClient(port(gateway), "Origin", "http://evil.example"))
                .hasStackTraceContaining("403");
        new CollaborationClient(port(gateway), "Origin", "http://127.0.0.1:" + port(gateway)).with(newName());
    }

    @Test
    void realClientsOfBothDialectsAndOfSeveralVersionsAgree() throws Exception {
        NodeScripts.Ended ended =
                NodeScripts.run("dialects.mjs", "1", "400", newName(), "ws://127.0.0.1:" + port(gateway));

        assertThat(ended.said()).contains("agreed on");
        assertThat(ended.code()).isZero();
        System.out.print(ended.said());
    }
}
