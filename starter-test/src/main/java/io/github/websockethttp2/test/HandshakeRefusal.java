package io.github.websockethttp2.test;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;

/**
 * The answer of a server that refuses a handshake.
 *
 * @param status its status
 * @param headers its header fields
 */
public record HandshakeRefusal(HttpStatusCode status, HttpHeaders headers) {

}
