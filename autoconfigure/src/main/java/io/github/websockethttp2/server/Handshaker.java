package io.github.websockethttp2.server;

import io.github.websockethttp2.frame.PerMessageDeflate;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * What the handshake is in a version of HTTP. Safe for use from any thread.
 */
interface Handshaker {

	/** The fields of an answer that accepts, beside the status. */
	String PROTOCOL = "Sec-WebSocket-Protocol";

	/** The extensions that are agreed. */
	String EXTENSIONS = "Sec-WebSocket-Extensions";

	/**
	 * Looks for what is wrong with a request that Spring does not look at.
	 * @param request the request's fields
	 * @return the fault, or {@code null} if there is none
	 */
	@Nullable String findFault(HttpHeaders request);

	/**
	 * Returns the fields that the client sent.
	 * @param request the request's fields as the application saw them
	 * @return a copy without those that came from elsewhere
	 */
	HttpHeaders received(HttpHeaders request);

	/**
	 * Adds what a 426 needs beside the version that is asked for.
	 * @param response the response's fields
	 */
	void requireUpgrade(HttpHeaders response);

	/**
	 * Sets the status and the fields of the answer that accepts.
	 * @param request the request's fields
	 * @param response the response
	 */
	void accept(HttpHeaders request, ServerHttpResponse response);

	/**
	 * The answer could not be committed, and becomes an error.
	 * @param response the response's fields
	 */
	void withdraw(HttpHeaders response);

	/**
	 * Sets what was agreed, which is the same in both versions.
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
