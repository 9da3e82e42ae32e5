package io.github.websockethttp2.security;

import org.springframework.web.reactive.socket.CloseStatus;

/**
 * Close status 3000 (Unauthorized), the WebSocket counterpart of HTTP 401, as registered
 * with IANA (WebSocket Close Code Number Registry; RFC 6455, section 11.7). It tells a
 * client to log in or to get a new token before it reconnects.
 */
final class Unauthorized {

	private static final int CODE = 3000;

	private Unauthorized() {
	}

	static CloseStatus because(String reason) {
		return new CloseStatus(CODE, reason);
	}

}
