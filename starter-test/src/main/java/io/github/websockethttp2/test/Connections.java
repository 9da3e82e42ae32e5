package io.github.websockethttp2.test;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

import io.github.websockethttp2.client.Http2WebSocketClient;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;

import org.springframework.util.unit.DataSize;

/**
 * The connections of a test, by transport. None falls back to another, as the test would
 * then pass for the wrong reason. Safe for use from any thread.
 */
final class Connections {

	/** Tests wait by themselves. */
	private static final Duration NEVER = Duration.ofDays(1);

	private final Duration timeout;

	private final Consumer<Http2WebSocketClient.Builder> customizer;

	private final Map<Transport, Http2WebSocketClient> clients = new EnumMap<>(Transport.class);

	/**
	 * Create connections.
	 * @param timeout how long tests wait
	 * @param customizer customizes the clients
	 */
	Connections(Duration timeout, Consumer<Http2WebSocketClient.Builder> customizer) {
		this.timeout = timeout;
		this.customizer = customizer;
	}

	/**
	 * Returns whether the connections will do for tests that wait for a time.
	 */
	boolean allow(Duration timeout) {
		return timeout.compareTo(this.timeout) <= 0;
	}

	synchronized Http2WebSocketClient client(Transport transport) {
		return this.clients.computeIfAbsent(transport, this::create);
	}

	private Http2WebSocketClient create(Transport transport) {
		Http2WebSocketClient.Builder builder = Http2WebSocketClient.builder()
			// Of this machine's own server, whatever its certificate is
			.tls((context) -> context.trustManager(InsecureTrustManagerFactory.INSTANCE))
			.handshakeTimeout(NEVER)
			// A test that expects the answer to its Close sees first that there is none
			.closeTimeout(this.timeout.multipliedBy(2))
			.maxMessageSize(DataSize.ofMegabytes(16));
		this.customizer.accept(builder);
		return builder.http2(transport != Transport.HTTP_1_1)
			.priorKnowledge(transport == Transport.H2C)
			.fallback(false)
			.build();
	}

}
