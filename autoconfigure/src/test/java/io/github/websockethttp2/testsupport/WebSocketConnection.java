package io.github.websockethttp2.testsupport;

import java.util.Arrays;
import java.util.function.UnaryOperator;

import io.netty.handler.codec.http2.Http2Headers;

/**
 * A client connection on which one WebSocket, or over HTTP/2 several, can be opened, for
 * tests that run over every transport.
 */
public interface WebSocketConnection extends AutoCloseable {

	/**
	 * Opens a WebSocket and fails if it is refused.
	 * @param path the path
	 * @param headers names and values of further headers in turn, in lower case
	 * @return the open WebSocket
	 */
	WebSocketStream open(String path, String... headers);

	/**
	 * Sends a handshake and returns what it is answered with.
	 * @param path the path
	 * @param headers names and values of further headers in turn, in lower case
	 * @return the status of the response
	 */
	default int handshake(String path, String... headers) {
		return tryOpen(path, headers).status();
	}

	/**
	 * Sends a handshake and waits for the head of the response.
	 * @param path the path
	 * @param headers names and values of further headers in turn, in lower case
	 * @return the head of the response
	 */
	Head tryOpen(String path, String... headers);

	/**
	 * Sends a request that is no handshake and has no body, and waits for the head of the
	 * response.
	 * @param method the method
	 * @param path the path
	 * @param headers names and values of headers in turn, in lower case
	 * @return the head of the response
	 */
	Head request(String method, String path, String... headers);

	/**
	 * Returns the local port, by which the server knows this connection.
	 * @return the local port
	 */
	int localPort();

	/**
	 * Ends the connection as the loss of a peer does, without a word of the protocol.
	 */
	void abort();

	@Override
	void close();

	static WebSocketConnection of(Http1Client client) {
		return new WebSocketConnection() {

			private String[] lines(String... headers) {
				String[] lines = new String[headers.length / 2];
				Arrays.setAll(lines, (i) -> headers[2 * i] + ": " + headers[2 * i + 1]);
				return lines;
			}

			@Override
			public WebSocketStream open(String path, String... headers) {
				return client.openWebSocket(path, lines(headers));
			}

			@Override
			public Head tryOpen(String path, String... headers) {
				return head(client.webSocket(path, lines(headers)));
			}

			@Override
			public Head request(String method, String path, String... headers) {
				return head(client.request(method, path, lines(headers)));
			}

			private Head head(Http1Response response) {
				return new Head(response.status(), response.headers()::get);
			}

			@Override
			public int localPort() {
				return client.localPort();
			}

			@Override
			public void abort() {
				client.abort();
			}

			@Override
			public void close() {
				client.close();
			}

		};
	}

	static WebSocketConnection of(Http2Client client) {
		return new WebSocketConnection() {

			@Override
			public WebSocketStream open(String path, String... headers) {
				return client.openWebSocket(withHeaders(client.webSocket(path), headers));
			}

			@Override
			public Head tryOpen(String path, String... headers) {
				return head(client.open(withHeaders(client.webSocket(path), headers), false).awaitHeaders());
			}

			@Override
			public Head request(String method, String path, String... headers) {
				return head(client.open(withHeaders(client.request(method, path), headers), true).awaitHeaders());
			}

			private Head head(Http2Headers headers) {
				return new Head(Integer.parseInt(headers.status().toString()), (name) -> {
					CharSequence value = headers.get(name);
					return (value != null) ? value.toString() : null;
				});
			}

			private Http2Headers withHeaders(Http2Headers all, String... headers) {
				for (int i = 0; i < headers.length; i += 2) {
					all.set(headers[i], headers[i + 1]);
				}
				return all;
			}

			@Override
			public int localPort() {
				return client.localPort();
			}

			@Override
			public void abort() {
				client.abort();
			}

			@Override
			public void close() {
				client.close();
			}

		};
	}

	/**
	 * The head of a response.
	 *
	 * @param status the status
	 * @param headers gives the first value of a header by its name in lower case, or
	 * {@code null}
	 */
	record Head(int status, UnaryOperator<String> headers) {

		public String header(String name) {
			return this.headers.apply(name);
		}

	}

}
