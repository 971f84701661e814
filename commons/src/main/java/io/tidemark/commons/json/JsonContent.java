package io.tidemark.commons.json;

import java.util.List;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** What a request says of its content, where that is to be JSON. */
public final class JsonContent {
    private static final MediaType ANY_JSON = MediaType.valueOf("application/*+json");

    private JsonContent() {}

    /** Whether a Content-Type is that of JSON, or of something that is written as JSON (RFC 6839 §3.1). */
    public static boolean isJson(String contentType) {
        try {
            MediaType type = MediaType.parseMediaType(contentType);
            return MediaType.APPLICATION_JSON.isCompatibleWith(type) || ANY_JSON.isCompatibleWith(type);
        } catch (InvalidMediaTypeException none) {
            return false;
        }
    }

    /** Whether the values of Content-Encoding leave the content as it is (RFC 9110 §8.4). */
    public static boolean isPlain(List<String> encodings) {
        return encodings.stream().allMatch(encoding -> encoding.strip().equalsIgnoreCase("identity"));
    }
}
