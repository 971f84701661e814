package io.tidemark.originstub.bytes;

import io.tidemark.originstub.web.Problem;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /api/bytes/{name}?length=&chunked=}: a cacheable body of so many bytes, made while it is sent. */
@RestController
final class BytesController {
    private static final long LONGEST = 1L << 32;
    private static final int PIECE = 16 * 1024;

    @GetMapping("/api/bytes/{name}")
    void get(
            @PathVariable String name,
            @RequestParam long length,
            @RequestParam(defaultValue = "false") boolean chunked,
            HttpServletResponse response)
            throws IOException {
        if (length < 0 || length > LONGEST) {
            throw Problem.malformed("length is a number of bytes, 0 to " + LONGEST);
        }
        response.setContentType(MediaType.APPLICATION_OCTET_STREAM_VALUE);
        response.setHeader("Cache-Control", "max-age=60");
        if (!chunked) {
            response.setContentLengthLong(length);
        }
        byte[] piece = new byte[PIECE];
        Arrays.fill(piece, (byte) name.hashCode());
        OutputStream out = response.getOutputStream();
        for (long left = length; left > 0; left -= PIECE) {
            out.write(piece, 0, (int) Math.min(PIECE, left));
        }
        out.flush();
    }
}
