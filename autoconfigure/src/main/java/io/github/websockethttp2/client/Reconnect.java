package io.github.websockethttp2.client;

import java.net.URI;
import java.time.Duration;

/**
 * An attempt to open a socket again, before the wait for it.
 *
 * @param url the URL of the socket
 * @param attempt the number of the attempt, counted from 1: the first to open it again is
 * 2
 * @param delay how long is waited
 * @param cause why it is needed: a {@link WebSocketClosedException}, or the error of a
 * socket that could not be opened
 */
public record Reconnect(URI url, long attempt, Duration delay, Throwable cause) {

}
