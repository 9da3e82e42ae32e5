package io.github.websockethttp2.handshake;

/**
 * The refusal of a handshake.
 *
 * @param reason why it was refused
 * @param status the status that the client got
 */
public record HandshakeRefusal(RefusalReason reason, int status) {

}
