package io.github.websockethttp2.client;

import java.time.Duration;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;

import org.springframework.http.HttpHeaders;

/**
 * How long a server that refuses wants to be left alone (RFC 9110, section 10.2.3).
 */
final class RetryAfter {

	private RetryAfter() {
	}

	/**
	 * Returns how long a server has said to wait.
	 * @param error the error of a socket, with or without a response
	 * @param now the time in milliseconds, for a response that has none
	 * @param max the longest wait, whatever the server says
	 * @return the wait, or zero if it has said nothing that makes sense
	 */
	static Duration of(Throwable error, long now, Duration max) {
		HttpResponse response = (error instanceof WebSocketClientHandshakeException refused) ? refused.response()
				: null;
		String value = (response != null) ? response.headers().get(HttpHeaders.RETRY_AFTER) : null;
		if (response == null || value == null) {
			return Duration.ZERO;
		}
		long seconds = value.matches("\\d+") ? seconds(value) : secondsUntil(response, now);
		return Duration.ofSeconds(Math.max(0, Math.min(seconds, max.toSeconds())));
	}

	private static long seconds(String digits) {
		try {
			return Long.parseLong(digits);
		}
		catch (NumberFormatException ex) {
			return Long.MAX_VALUE;
		}
	}

	private static long secondsUntil(HttpResponse response, long now) {
		long time = date(response, HttpHeaders.RETRY_AFTER);
		// The server's clock may be another than ours
		long date = date(response, HttpHeaders.DATE);
		long millis = time - ((date != -1) ? date : now);
		return (time != -1) ? -Math.floorDiv(-millis, 1000) : 0;
	}

	private static long date(HttpResponse response, String name) {
		HttpHeaders headers = new HttpHeaders();
		headers.addAll(name, response.headers().getAll(name));
		try {
			return headers.getFirstDate(name);
		}
		catch (IllegalArgumentException ex) {
			return -1;
		}
	}

}
