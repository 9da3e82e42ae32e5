package com.example.gateway;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;

/**
 * Opens WebSockets with TLS as a page of some origin would.
 */
enum Client {

	HTTP_1_1 {

		@Override
		HttpClient configure(HttpClient client) {
			return client.protocol(HttpProtocol.HTTP11)
				.secure((ssl) -> ssl.sslContext(Http11SslContextSpec.forClient()
					.configure((builder) -> builder.trustManager(InsecureTrustManagerFactory.INSTANCE))));
		}

	},

	HTTP_2 {

		@Override
		HttpClient configure(HttpClient client) {
			return client.protocol(HttpProtocol.H2)
				.secure((ssl) -> ssl.sslContext(Http2SslContextSpec.forClient()
					.configure((builder) -> builder.trustManager(InsecureTrustManagerFactory.INSTANCE))));
		}

	};

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	abstract HttpClient configure(HttpClient client);

	/**
	 * Opens a WebSocket, sends a message, and closes when it is answered.
	 * @return what it saw
	 */
	String exchange(int port, String origin, CloseStatus status) {
		return exchange(port, origin, "/echo", status);
	}

	String exchange(int port, String origin, String path, CloseStatus status) {
		URI uri = URI.create("wss://localhost:" + port + path);
		HttpHeaders headers = new HttpHeaders();
		headers.setOrigin(origin);
		AtomicReference<String> seen = new AtomicReference<>("opened");
		ReactorNettyWebSocketClient client = new ReactorNettyWebSocketClient(
				configure(HttpClient.create(ConnectionProvider.newConnection())));
		try {
			client.execute(uri, headers, new WebSocketHandler() {

				@Override
				public List<String> getSubProtocols() {
					return List.of("echo");
				}

				@Override
				public Mono<Void> handle(WebSocketSession session) {
					session.closeStatus().subscribe((closed) -> seen.accumulateAndGet(" " + closed.getCode(), String::concat));
					return session.send(Mono.just(session.textMessage("hello")))
						.thenMany(session.receive().concatMap((received) -> {
							seen.accumulateAndGet(" " + session.getHandshakeInfo().getSubProtocol() + " "
									+ received.getPayloadAsText(), String::concat);
							return session.close(status);
						}))
						.then();
				}

			}).block(TIMEOUT);
		}
		catch (RuntimeException ex) {
			return (String.valueOf(ex.getMessage()).contains("403 Forbidden")) ? "refused 403" : seen.get() + ", " + ex;
		}
		return seen.get();
	}

}
