package io.github.websockethttp2.client;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

import io.github.websockethttp2.session.CloseCodes;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;

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

	/**
	 * Returns the cause in a word, for meters and logs. There are few, whatever a server
	 * sends.
	 * @return the close code, such as {@code 1006}, and {@code 3xxx} or {@code 4xxx} for
	 * those above 3000; the status of a response, such as {@code 503}, and {@code 4xx} or
	 * the like for those after which nothing is opened again by default; {@code timeout};
	 * {@code connection} for all other errors
	 */
	public String reason() {
		if (this.cause instanceof WebSocketClosedException closed) {
			return CloseCodes.label(closed.getCloseStatus().getCode());
		}
		if (this.cause instanceof WebSocketClientHandshakeException refused && refused.response() != null) {
			int status = refused.response().status().code();
			return (TransientErrors.STATUSES.contains(status)) ? Integer.toString(status) : status / 100 + "xx";
		}
		return (this.cause instanceof TimeoutException) ? "timeout" : "connection";
	}

}
