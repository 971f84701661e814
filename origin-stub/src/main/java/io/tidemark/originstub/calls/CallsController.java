package io.tidemark.originstub.calls;

import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class CallsController {
    private final CallCounter counter;

    CallsController(CallCounter counter) {
        this.counter = counter;
    }

    @GetMapping("/stub/calls")
    List<CallCounter.Count> calls() {
        return counter.counts();
    }
}
