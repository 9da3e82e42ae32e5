package io.github.websockethttp2.client;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.github.websockethttp2.transport.HeartbeatSettings;
import io.netty.handler.ssl.SslContextBuilder;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.tcp.TcpClient;

import org.springframework.http.HttpHeaders;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.client.WebSocketClient;

/**
 * A {@link WebSocketClient} that opens many sockets on few connections, over HTTP/2 (RFC
 * 8441) where the server offers it, and over HTTP/1.1 (RFC 6455) where it does not.
 * <p>
 * With {@code wss}, ALPN decides about the version. With {@code ws} it is HTTP/1.1,
 * unless {@link Builder#priorKnowledge(boolean) prior knowledge} is asked for. Sockets to
 * the same host and port share connections.
 * <p>
 * {@code execute} completes when the session has ended and its handler has, with the
 * handler's error if it has one. It fails with a
 * {@link io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException}, which
 * has the response, if the server refuses, and with a
 * {@link java.util.concurrent.TimeoutException} if the socket is not open in time.
 * Cancelling it closes the session with 1001. An {@code Origin} is sent only if it is
 * among the headers. Safe for use from any thread.
 */
public final class Http2WebSocketClient implements WebSocketClient {

	private final ClientSettings settings;

	private final Connector connector;

	private final Fallbacks fallbacks;

	private final ClientEvents events;

	private final Endpoints endpoints;

	private Http2WebSocketClient(Builder builder) {
		this.settings = builder.settings();
		this.connector = new Connector(builder.tcp.apply(TcpClient.newConnection()), new TlsContexts(builder.tls),
				this.settings);
		this.events = new ClientEvents(builder.listeners);
		this.fallbacks = new Fallbacks(this.settings.fallbackRemember(), this.events);
		this.endpoints = new Endpoints(this.connector, this.settings, this.fallbacks, this.events);
	}

	/**
	 * Returns a builder with the defaults.
	 * @return a new builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	@Override
	public Mono<Void> execute(URI url, WebSocketHandler handler) {
		return execute(url, new HttpHeaders(), handler);
	}

	@Override
	public Mono<Void> execute(URI url, HttpHeaders headers, WebSocketHandler handler) {
		return Mono.create((sink) -> {
			HandshakeRequest request = HandshakeRequest.of(url, headers, handler);
			new SocketOpening(request, handler, this.settings, this.endpoints, this.connector, this.fallbacks,
					this.events, sink)
				.start();
		});
	}

	Endpoints endpoints() {
		return this.endpoints;
	}

	/**
	 * Tells the listeners that a socket of this client is going to be opened again.
	 */
	void reconnecting(Reconnect reconnect) {
		this.events.tell(Endpoint.of(reconnect.url()), (listener, name) -> listener.reconnecting(name, reconnect));
	}

	/**
	 * Builds clients. Not safe for use from several threads.
	 */
	public static final class Builder {

		private UnaryOperator<TcpClient> tcp = (client) -> client;

		private final List<Supplier<Consumer<SslContextBuilder>>> tls = new ArrayList<>();

		private Duration connectTimeout = Duration.ofSeconds(10);

		private Duration handshakeTimeout = Duration.ofSeconds(30);

		private Duration closeTimeout = Duration.ofSeconds(5);

		private Duration idleTimeout = Duration.ofSeconds(30);

		private DataSize maxMessageSize = DataSize.ofKilobytes(64);

		private boolean compression;

		private HeartbeatSettings heartbeat = new HeartbeatSettings(Duration.ofSeconds(30), Duration.ofSeconds(10),
				false);

		private int maxSocketsPerConnection = 1_000;

		private int minConnections = 1;

		private @Nullable Duration maxLifetime;

		private final List<ClientListener> listeners = new ArrayList<>();

		private boolean http2 = true;

		private boolean priorKnowledge;

		private boolean fallback = true;

		private Duration fallbackRemember = Duration.ofMinutes(10);

		private Set<Integer> fallbackStatuses = Set.of(405, 426, 501, 502);

		private Builder() {
		}

		/**
		 * Configures TCP: resolver, proxy, event loops.
		 * @param tcp gets a client that makes a new connection each time
		 * @return this
		 */
		public Builder tcp(UnaryOperator<TcpClient> tcp) {
			UnaryOperator<TcpClient> before = this.tcp;
			this.tcp = (client) -> tcp.apply(before.apply(client));
			return this;
		}

		/**
		 * Configures TLS, but for ALPN: whom to trust, and with which key to appear.
		 * @param tls gets a builder for each kind of connection
		 * @return this
		 */
		public Builder tls(Consumer<SslContextBuilder> tls) {
			return tls(() -> tls);
		}

		/**
		 * Configures TLS, but for ALPN, where its configuration may change: certificates
		 * that are renewed, for example.
		 * @param tls is asked for the configuration at each connect. If it returns
		 * another object than before, new connections use that. Connections that are
		 * there, and their sockets, go on
		 * @return this
		 */
		public Builder tls(Supplier<Consumer<SslContextBuilder>> tls) {
			this.tls.add(tls);
			return this;
		}

		/**
		 * Sets how long TCP may take to connect; 10 seconds by default.
		 * @param timeout the timeout
		 * @return this
		 */
		public Builder connectTimeout(Duration timeout) {
			this.connectTimeout = positive(timeout);
			return this;
		}

		/**
		 * Sets how long it may take until a socket is open, from {@code execute} on: the
		 * wait for a connection, TLS, SETTINGS, the request and its answer; 30 seconds by
		 * default.
		 * @param timeout the timeout
		 * @return this
		 */
		public Builder handshakeTimeout(Duration timeout) {
			this.handshakeTimeout = positive(timeout);
			return this;
		}

		/**
		 * Sets how long a server has to answer a Close frame, and then to end its side; 5
		 * seconds by default.
		 * @param timeout the timeout
		 * @return this
		 */
		public Builder closeTimeout(Duration timeout) {
			this.closeTimeout = positive(timeout);
			return this;
		}

		/**
		 * Sets how long a connection is kept without a socket; 30 seconds by default.
		 * @param timeout the timeout
		 * @return this
		 */
		public Builder idleTimeout(Duration timeout) {
			this.idleTimeout = positive(timeout);
			return this;
		}

		/**
		 * Sets how big a message may be, with all its fragments and after decompression;
		 * 64 KB by default. More ends the session with 1009.
		 * @param size the size
		 * @return this
		 */
		public Builder maxMessageSize(DataSize size) {
			this.maxMessageSize = size;
			return this;
		}

		/**
		 * Sets whether permessage-deflate (RFC 7692) is offered; it is not by default.
		 * @param compression whether it is
		 * @return this
		 */
		public Builder compression(boolean compression) {
			this.compression = compression;
			return this;
		}

		/**
		 * Sets how often a server is pinged, once for all sockets of a connection; every
		 * 30 seconds by default, with 10 seconds to be heard.
		 * @param interval the time between two pings; zero for none
		 * @param timeout the time in which something must be heard after a ping
		 * @return this
		 */
		public Builder heartbeat(Duration interval, Duration timeout) {
			Assert.isTrue(!interval.isNegative(), () -> "Must not be negative: " + interval);
			this.heartbeat = new HeartbeatSettings(interval, positive(timeout), false);
			return this;
		}

		/**
		 * Sets how many sockets share a connection at most, if the server does not allow
		 * fewer; 1,000 by default. A server may send as many stream windows on a
		 * connection before any of it has been consumed.
		 * @param sockets the number
		 * @return this
		 */
		public Builder maxSocketsPerConnection(int sockets) {
			Assert.isTrue(sockets > 0, () -> "A connection has at least one socket, not " + sockets);
			this.maxSocketsPerConnection = sockets;
			return this;
		}

		/**
		 * Sets over how many connections to a server sockets are spread; one by default.
		 * More use more cores, here and there. Without sockets they are closed too.
		 * @param connections the number
		 * @return this
		 */
		public Builder minConnections(int connections) {
			Assert.isTrue(connections > 0, () -> "There is at least one connection, not " + connections);
			this.minConnections = connections;
			return this;
		}

		/**
		 * Sets how long a connection takes new sockets, so that others come to servers
		 * that were added since; for ever by default. Those that it has then go on.
		 * @param lifetime the time
		 * @return this
		 */
		public Builder maxLifetime(Duration lifetime) {
			this.maxLifetime = positive(lifetime);
			return this;
		}

		/**
		 * Adds who hears of connections and sockets.
		 * @param listener the listener, beside any before
		 * @return this
		 */
		public Builder listener(ClientListener listener) {
			this.listeners.add(listener);
			return this;
		}

		/**
		 * Sets whether HTTP/2 is used at all; it is by default.
		 * @param http2 whether it is, or every socket is opened over HTTP/1.1
		 * @return this
		 */
		public Builder http2(boolean http2) {
			this.http2 = http2;
			return this;
		}

		/**
		 * Sets whether servers of {@code ws} URLs are known to speak HTTP/2 without TLS
		 * (RFC 9113, section 3.3); they are not by default.
		 * @param priorKnowledge whether they are
		 * @return this
		 */
		public Builder priorKnowledge(boolean priorKnowledge) {
			this.priorKnowledge = priorKnowledge;
			return this;
		}

		/**
		 * Sets whether sockets are opened over HTTP/1.1 where HTTP/2 will not do; they
		 * are by default, and the server is remembered for 10 minutes.
		 * @param fallback whether they are
		 * @return this
		 */
		public Builder fallback(boolean fallback) {
			this.fallback = fallback;
			return this;
		}

		/**
		 * Sets for how long a server is remembered that wants HTTP/1.1.
		 * @param remember the time
		 * @return this
		 */
		public Builder fallbackRemember(Duration remember) {
			this.fallbackRemember = positive(remember);
			return this;
		}

		/**
		 * Sets after which answers to a CONNECT HTTP/1.1 is tried; 405, 426, 501 and 502
		 * by default.
		 * @param statuses the statuses
		 * @return this
		 */
		public Builder fallbackStatuses(Set<Integer> statuses) {
			this.fallbackStatuses = Set.copyOf(statuses);
			return this;
		}

		/**
		 * Builds a client, which has connections of its own.
		 * @return the client
		 */
		public Http2WebSocketClient build() {
			return new Http2WebSocketClient(this);
		}

		private ClientSettings settings() {
			return new ClientSettings(this.connectTimeout, this.handshakeTimeout, this.closeTimeout, this.idleTimeout,
					Math.toIntExact(this.maxMessageSize.toBytes()), this.compression, this.heartbeat,
					this.maxSocketsPerConnection, this.minConnections, this.maxLifetime, this.http2,
					this.priorKnowledge, this.fallback, this.fallbackRemember, this.fallbackStatuses);
		}

		private static Duration positive(Duration timeout) {
			Assert.isTrue(!timeout.isNegative() && !timeout.isZero(), () -> "Must be positive: " + timeout);
			return timeout;
		}

	}

}
