package io.tidemark.gateway.ops;

import io.tidemark.commons.json.Members;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.InvocationContext;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvoker;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameter;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameters;
import org.springframework.stereotype.Component;

/**
 * Refuses parameters that an endpoint of the gateway's own does not have, and one that is given twice: Spring passes the former
 * over, and joins the latter by commas, so that something else would be explained than was asked for. Boot's endpoints are as
 * Boot makes them.
 */
@Component
final class StrictParameters implements OperationInvokerAdvisor {
    private static final Set<EndpointId> OWN =
            Set.of(EndpointId.of("edge"), EndpointId.of("explain"), EndpointId.of("datamap"));

    @Override
    public OperationInvoker apply(
            EndpointId endpoint, OperationType operation, OperationParameters parameters, OperationInvoker invoker) {
        if (!OWN.contains(endpoint)) {
            return invoker;
        }
        Members known = new Members(
                endpoint + "'s parameters",
                StreamSupport.stream(parameters.spliterator(), false)
                        .map(OperationParameter::getName)
                        .toList());
        return new OperationInvoker() {
            @Override
            public @Nullable Object invoke(InvocationContext context) {
                context.getArguments().forEach((name, value) -> check(known, name, value));
                return invoker.invoke(context);
            }
        };
    }

    private static void check(Members known, String name, @Nullable Object value) {
        if (!known.names().contains(name)) {
            throw refusal(known.names().isEmpty() ? "there are no parameters" : known.refusal(name));
        }
        if (value instanceof List<?>) {
            throw refusal("the parameter \"" + name + "\" is given more than once");
        }
    }

    private static InvalidEndpointRequestException refusal(String why) {
        return new InvalidEndpointRequestException(why, why);
    }
}
