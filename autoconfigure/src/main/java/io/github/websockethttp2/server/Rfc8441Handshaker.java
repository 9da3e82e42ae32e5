package io.github.websockethttp2.server;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * The handshake over HTTP/2 (RFC 8441, section 5), which
 * {@link ExtendedConnectHttpHandler} presents as a GET.
 *
 * <pre>
 *   HEADERS + END_HEADERS                    HEADERS + END_HEADERS
 *   :method = CONNECT                        :status = 200
 *   :protocol = websocket                    sec-websocket-protocol = chat
 *   :scheme = https
 *   :path = /chat
 *   :authority = server.example.com
 *   sec-websocket-protocol = chat, superchat
 *   sec-websocket-version = 13
 *   origin = http://www.example.com
 * </pre>
 */
final class Rfc8441Handshaker implements Handshaker {

	static final Rfc8441Handshaker INSTANCE = new Rfc8441Handshaker();

	private Rfc8441Handshaker() {
	}

	/**
	 * Finds no faults: they are refused before the request is presented.
	 */
	@Override
	public @Nullable String findFault(HttpHeaders request) {
		return null;
	}

	@Override
	public HttpHeaders received(HttpHeaders request) {
		return PresentedRequest.asSent(request);
	}

	/**
	 * HTTP/2 has no Upgrade field (RFC 9113, section 8.2.2).
	 */
	@Override
	public void requireUpgrade(HttpHeaders response) {
	}

	@Override
	public void accept(HttpHeaders request, ServerHttpResponse response) {
		response.setStatusCode(HttpStatus.OK);
	}

	@Override
	public void withdraw(HttpHeaders response) {
		for (String name : List.of(PROTOCOL, EXTENSIONS)) {
			response.remove(name);
		}
	}

}
