package io.tidemark.state.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tidemark.state.checkout.Checkout.Decision;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CheckoutTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final CheckoutSteps STEPS = new CheckoutSteps(List.of("cart", "address", "payment"), Map.of());

    private static JsonNode json(String text) {
        return JSON.readTree(text.replace('\'', '"'));
    }

    private static Checkout changed(Decision decision) {
        return decision instanceof Decision.Changed(Checkout checkout)
                ? checkout
                : org.junit.jupiter.api.Assertions.fail("not changed: " + decision);
    }

    private static Checkout after(String... steps) {
        Checkout checkout = Checkout.begun("c1");
        for (String step : steps) {
            checkout = changed(checkout.with(step, json("{'of':'" + step + "'}"), STEPS));
        }
        return checkout;
    }

    @Test
    void stepsComeInTheirOrder() {
        Checkout begun = Checkout.begun("c1");
        assertThat(begun.with("address", json("{}"), STEPS)).isEqualTo(new Decision.OutOfOrder("cart"));
        assertThat(begun.locked(STEPS)).isEqualTo(new Decision.OutOfOrder("cart"));
        Checkout cart = after("cart");
        assertThat(cart.next(STEPS)).isEqualTo("address");
        assertThat(cart.with("payment", json("{}"), STEPS)).isEqualTo(new Decision.OutOfOrder("address"));
        assertThat(after("cart", "address").locked(STEPS)).isEqualTo(new Decision.OutOfOrder("payment"));
        assertThat(after("cart", "address", "payment").next(STEPS)).isEqualTo("confirm");
    }

    @Test
    void aStepThatWasDoneCanBeDoneAgain() {
        Checkout again = changed(after("cart", "address").with("cart", json("{'of':'other'}"), STEPS));
        assertThat(again.next(STEPS)).isEqualTo("payment");
        assertThat(again.data()).containsOnlyKeys("cart", "address");
        assertThat(again.data().get("cart")).isEqualTo(json("{'of':'other'}"));
    }

    @Test
    void lockedNothingOfItChanges() {
        Checkout locked = changed(after("cart", "address", "payment").locked(STEPS));
        assertThat(locked.with("cart", json("{}"), STEPS)).isEqualTo(new Decision.OutOfOrder("confirm"));
        assertThat(locked.locked(STEPS)).isEqualTo(new Decision.Unchanged());
        assertThat(locked.order("ann"))
                .isEqualTo(json("{'customerId':'ann','checkoutId':'c1','cart':{'of':'cart'},'address':{'of':'address'},"
                        + "'payment':{'of':'payment'}}"));
        assertThat(changed(locked.reopened().with("cart", json("{}"), STEPS)).stage())
                .isEqualTo(Checkout.Stage.OPEN);
        assertThat(locked.confirmed("/writes/1").locked(STEPS)).isEqualTo(new Decision.Unchanged());
    }

    @Test
    void isReadAsItWasWritten() {
        Checkout checkout = changed(after("cart").with("address", json("{'n':12.50,'deep':[{'a':null}]}"), STEPS))
                .confirmed("/writes/1");
        Checkout read = Checkout.read(checkout.toBytes());
        assertThat(read.toBytes()).isEqualTo(checkout.toBytes());
        assertThat(read.stage()).isEqualTo(Checkout.Stage.CONFIRMED);
        assertThat(read.location()).isEqualTo("/writes/1");
        assertThat(new String(
                        Checkout.read("{\"id\":\"c\",\"stage\":\"open\",\"data\":{\"cart\":{\"n\":12.50}}}"
                                        .getBytes(java.nio.charset.StandardCharsets.UTF_8))
                                .toBytes(),
                        java.nio.charset.StandardCharsets.UTF_8))
                .as("digits stay")
                .contains("12.50");
    }

    @Test
    void aStepTakesWhatItsSchemaSays() {
        var schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema("{\"type\":\"object\",\"required\":[\"items\"]}");
        CheckoutSteps steps = new CheckoutSteps(List.of("cart", "address"), Map.of("cart", schema));
        assertThat(steps.violationsOf("cart", json("{'items':[]}"))).isEmpty();
        assertThat(steps.violationsOf("cart", json("{}"))).hasSize(1);
        assertThat(steps.violationsOf("address", json("{}"))).isEmpty();
        assertThat(steps.violationsOf("address", json("[]"))).hasSize(1);
    }

    @Test
    void whatAreNoStepsIsRefused() {
        assertThatThrownBy(() -> new CheckoutSteps(List.of(), Map.of())).hasMessageContaining("a step before confirm");
        assertThatThrownBy(() -> new CheckoutSteps(List.of("a", "a"), Map.of())).hasMessageContaining("twice");
        assertThatThrownBy(() -> new CheckoutSteps(List.of("confirm"), Map.of()))
                .hasMessageContaining("confirm");
        assertThatThrownBy(() -> new CheckoutSteps(List.of("a/b"), Map.of())).hasMessageContaining("a/b");
    }
}
