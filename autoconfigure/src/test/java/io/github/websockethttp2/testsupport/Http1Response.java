package io.github.websockethttp2.testsupport;

import io.netty.handler.codec.http.HttpHeaders;

/**
 * The response to a request of an {@link Http1Client}.
 *
 * @param status the status
 * @param headers the headers
 * @param body the body as text
 */
public record Http1Response(int status, HttpHeaders headers, String body) {

	/**
	 * Returns the first value of a header.
	 * @param name the name
	 * @return the value, or {@code null}
	 */
	public String header(String name) {
		return this.headers.get(name);
	}

}
