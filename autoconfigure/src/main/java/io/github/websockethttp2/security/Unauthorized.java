package io.github.websockethttp2.security;

import org.springframework.web.reactive.socket.CloseStatus;

/**
 * How a session ends that would not be let in any more: with the close code that is to
 * WebSocket what 401 is to HTTP, as registered with IANA (WebSocket Close Code Number
 * Registry, RFC 6455, section 11.7). A client tells by it that it needs to log in or to
 * get a new token before it comes back.
 */
final class Unauthorized {

	private static final int CODE = 3000;

	private Unauthorized() {
	}

	static CloseStatus because(String reason) {
		return new CloseStatus(CODE, reason);
	}

}
