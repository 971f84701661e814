package io.tidemark.originstub.faults;

import io.tidemark.originstub.web.JsonBody;
import io.tidemark.originstub.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/stub/faults")
final class FaultsController {
    private final Faults faults;
    private final JsonBody bodies;

    FaultsController(Faults faults, JsonBody bodies) {
        this.faults = faults;
        this.bodies = bodies;
    }

    /** A fault as it is shown; the same form is read. */
    record Shown(String path, String latency, int status, double rate, boolean disconnect, boolean hang) {
        Shown(Fault fault) {
            this(
                    fault.path(),
                    fault.latency().toMillis() + "ms",
                    fault.status(),
                    fault.rate(),
                    fault.disconnect(),
                    fault.hang());
        }
    }

    @GetMapping
    List<Shown> list() {
        return faults.list().stream().map(Shown::new).toList();
    }

    @PutMapping
    List<Shown> replace(HttpServletRequest request) throws IOException {
        try {
            faults.replace(Fault.fromJson(bodies.read(request)));
        } catch (IllegalArgumentException invalid) {
            throw Problem.malformed(String.valueOf(invalid.getMessage()));
        }
        return list();
    }

    @DeleteMapping
    List<Shown> clear() {
        faults.clear();
        return list();
    }
}
