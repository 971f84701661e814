package io.tidemark.documents.lib0;

/** The bytes are not what they are said to be. Sending them again is of no use. Without a stack: it tells of bytes, not of code. */
public final class MalformedException extends RuntimeException {
    /**
     * @param what says what is wrong, never with bytes of the document
     * @param at   octets from the beginning
     */
    public MalformedException(String what, int at) {
        super(what + " at octet " + at, null, false, false);
    }
}
