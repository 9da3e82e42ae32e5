package io.github.websockethttp2.benchmarks.client;

import java.time.Duration;

import io.github.websockethttp2.client.Http2WebSocketClient;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.Http2AllocationStrategy;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import org.springframework.web.reactive.socket.client.WebSocketClient;

/**
 * Makes clients. Timeouts are those of a machine that is busy with thousands of
 * handshakes at a time, for all alike.
 *
 * @param kind the client
 * @param http2 whether over HTTP/2
 * @param tls whether over TLS
 */
record Clients(ClientKind kind, boolean http2, boolean tls) {

	private static final Duration TIMEOUT = Duration.ofMinutes(5);

	/** Connections without a socket are to be gone before the next round. */
	private static final Duration IDLE = Duration.ofSeconds(1);

	/** Reactor Netty has 500, and 1,000 that wait for one. */
	private static final int MAX_CONNECTIONS = 20_000;

	/**
	 * Makes a client without connections.
	 * @return the client
	 */
	Client create() {
		return (this.kind == ClientKind.OURS) ? new Client(ours(), null) : springs();
	}

	private WebSocketClient ours() {
		return Http2WebSocketClient.builder()
			.http2(this.http2)
			.priorKnowledge(this.http2 && !this.tls)
			.tls((context) -> context.trustManager(InsecureTrustManagerFactory.INSTANCE))
			.connectTimeout(TIMEOUT)
			.handshakeTimeout(TIMEOUT)
			.idleTimeout(IDLE)
			.build();
	}

	private Client springs() {
		ConnectionProvider.Builder connections = ConnectionProvider.builder("benchmark")
			.maxConnections(MAX_CONNECTIONS)
			.pendingAcquireMaxCount(-1)
			.pendingAcquireTimeout(TIMEOUT);
		if (this.kind == ClientKind.STRICT) {
			connections.allocationStrategy(Http2AllocationStrategy.builder()
				.maxConnections(MAX_CONNECTIONS)
				.strictConnectionReuse(true)
				.build());
		}
		ConnectionProvider provider = connections.build();
		HttpClient http = HttpClient.create(provider)
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) TIMEOUT.toMillis());
		if (this.tls) {
			http = (this.http2) ? secure(http.protocol(HttpProtocol.H2), Http2SslContextSpec.forClient())
					: secure(http.protocol(HttpProtocol.HTTP11), Http11SslContextSpec.forClient());
		}
		else {
			http = http.protocol((this.http2) ? HttpProtocol.H2C : HttpProtocol.HTTP11);
		}
		return new Client(new ReactorNettyWebSocketClient(http), provider);
	}

	private static HttpClient secure(HttpClient http, GenericSslContextSpec<SslContextBuilder> context) {
		return http.secure((spec) -> spec
			.sslContext(context.configure((builder) -> builder.trustManager(InsecureTrustManagerFactory.INSTANCE)))
			.handshakeTimeout(TIMEOUT));
	}

	/**
	 * A client.
	 *
	 * @param client opens sockets
	 * @param connections what is left of it and has to be closed, or {@code null}
	 */
	record Client(WebSocketClient client, @Nullable ConnectionProvider connections) implements AutoCloseable {

		@Override
		public void close() {
			if (this.connections != null) {
				this.connections.dispose();
			}
		}

	}

}
