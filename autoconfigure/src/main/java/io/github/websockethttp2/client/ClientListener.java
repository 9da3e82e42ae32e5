package io.github.websockethttp2.client;

import java.time.Duration;

import io.github.websockethttp2.session.WebSocketTransport.Protocol;

/**
 * Listens to the connections and sockets of a client, for code that counts them. Called
 * on several threads at the same time. Must not block. An exception is logged and affects
 * nothing else. An endpoint is a scheme with a host, and a port unless it is the scheme's
 * own, such as {@code wss://example.com}.
 *
 * Among the beans of a Spring Boot application, it hears of each auto-configured client.
 *
 * @see Http2WebSocketClient.Builder#listener(ClientListener)
 */
public interface ClientListener {

	/**
	 * A connection can carry sockets.
	 * @param endpoint where it leads to
	 * @param protocol what it speaks; over HTTP/1.1 a connection carries one socket
	 */
	default void connectionOpened(String endpoint, Protocol protocol) {
	}

	/**
	 * A connection that was opened is closed.
	 * @param endpoint where it led to
	 * @param protocol what it spoke
	 */
	default void connectionClosed(String endpoint, Protocol protocol) {
	}

	/**
	 * A socket asks for a stream of an HTTP/2 connection.
	 * @param endpoint where it leads to
	 */
	default void socketWaiting(String endpoint) {
	}

	/**
	 * A socket waits no longer: it has a place on a connection, there will be none, or it
	 * has given up.
	 * @param endpoint where it leads to
	 * @param time how long it has waited
	 */
	default void socketWaited(String endpoint, Duration time) {
	}

	/**
	 * A socket is open. Its handler has not been called yet.
	 * @param endpoint where it leads to
	 * @param protocol what carries it
	 */
	default void socketOpened(String endpoint, Protocol protocol) {
	}

	/**
	 * A socket that was open has ended.
	 * @param endpoint where it led to
	 * @param protocol what carried it
	 */
	default void socketEnded(String endpoint, Protocol protocol) {
	}

	/**
	 * From now on, and until the client forgets it, sockets are opened over HTTP/1.1.
	 * @param endpoint where they lead to
	 * @param cause why
	 */
	default void fellBack(String endpoint, FallbackCause cause) {
	}

	/**
	 * A request that the server has not processed, or has refused with 503 on a
	 * connection with others, is sent once more, on another connection.
	 * @param endpoint where it leads to
	 */
	default void retriedElsewhere(String endpoint) {
	}

	/**
	 * A {@link ReconnectingWebSocketClient} directly around this client is going to open
	 * a socket again.
	 * @param endpoint where it leads to
	 * @param reconnect the attempt
	 */
	default void reconnecting(String endpoint, Reconnect reconnect) {
	}

}
