package io.github.websockethttp2.client;

import java.util.List;

import io.github.websockethttp2.frame.PerMessageDeflate;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * What a server has answered to a handshake.
 *
 * @param status its status
 * @param headers its fields
 */
record HandshakeAnswer(int status, HttpHeaders headers) {

	/**
	 * Returns the sub-protocol that was chosen.
	 * @param requested those that were asked for
	 * @return one of them, or {@code null} if none was asked for
	 * @throws WebSocketClientHandshakeException if another was chosen, or none
	 */
	@Nullable String subProtocol(List<String> requested) {
		String chosen = this.headers.getFirst("Sec-WebSocket-Protocol");
		if ((chosen != null) ? !requested.contains(chosen) : !requested.isEmpty()) {
			throw error("Sub-protocol " + chosen + " was chosen, of " + requested);
		}
		return chosen;
	}

	/**
	 * Returns the compression that was agreed.
	 * @param offered whether it was offered
	 * @return the compression, or {@code null} for none
	 * @throws WebSocketClientHandshakeException if that was not offered (RFC 6455,
	 * section 9.1)
	 */
	@Nullable PerMessageDeflate compression(boolean offered) {
		List<String> answers = this.headers.getOrEmpty("Sec-WebSocket-Extensions");
		if (answers.isEmpty()) {
			return null;
		}
		PerMessageDeflate agreed = (offered) ? PerMessageDeflate.agree(answers) : null;
		if (agreed == null) {
			throw error("Extensions that were not offered: " + answers);
		}
		return agreed;
	}

	/**
	 * Returns the error of a socket that this does not open, as that of Spring's client
	 * for Reactor Netty is.
	 * @param message says why
	 * @return the error, with this answer in it
	 */
	WebSocketClientHandshakeException error(String message) {
		HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(this.status));
		this.headers.forEach((name, values) -> add(response, name, values));
		return new WebSocketClientHandshakeException(message, response);
	}

	/**
	 * HTTP/1.1 does not allow every field that HTTP/2 has let through.
	 */
	private static void add(HttpResponse response, String name, List<String> values) {
		try {
			response.headers().add(name, values);
		}
		catch (IllegalArgumentException ex) {
			// The error is better off without it
		}
	}

	WebSocketClientHandshakeException refused() {
		return error("Invalid handshake response status: " + HttpResponseStatus.valueOf(this.status));
	}

}
