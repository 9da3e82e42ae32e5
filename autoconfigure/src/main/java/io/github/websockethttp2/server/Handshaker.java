package io.github.websockethttp2.server;

import io.github.websockethttp2.frame.PerMessageDeflate;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * The handshake in one version of HTTP. Thread-safe.
 */
interface Handshaker {

	/** The field with the sub-protocols. */
	String PROTOCOL = "Sec-WebSocket-Protocol";

	/** The field with the extensions. */
	String EXTENSIONS = "Sec-WebSocket-Extensions";

	/**
	 * Checks a request for faults that Spring does not check for.
	 * @param request the request's fields
	 * @return the fault, or {@code null} if there is none
	 */
	@Nullable String findFault(HttpHeaders request);

	/**
	 * Returns the fields that the client sent.
	 * @param request the request's fields as the application saw them
	 * @return a copy, without fields that the client did not send
	 */
	HttpHeaders received(HttpHeaders request);

	/**
	 * Adds the fields that a 426 needs besides the supported version.
	 * @param response the response's fields
	 */
	void requireUpgrade(HttpHeaders response);

	/**
	 * Sets the status and the fields of an answer that accepts.
	 * @param request the request's fields
	 * @param response the response
	 */
	void accept(HttpHeaders request, ServerHttpResponse response);

	/**
	 * Removes these fields: the answer could not be committed and becomes an error.
	 * @param response the response's fields
	 */
	void withdraw(HttpHeaders response);

	/**
	 * Sets the negotiated sub-protocol and compression, which is the same in both
	 * versions.
	 * @param response the response's fields
	 * @param subProtocol the sub-protocol, or {@code null} for none
	 * @param compression the compression, or {@code null} for none
	 */
	static void agree(HttpHeaders response, @Nullable String subProtocol, @Nullable PerMessageDeflate compression) {
		if (subProtocol != null) {
			response.set(PROTOCOL, subProtocol);
		}
		if (compression != null) {
			response.set(EXTENSIONS, compression.toHeader());
		}
	}

}
