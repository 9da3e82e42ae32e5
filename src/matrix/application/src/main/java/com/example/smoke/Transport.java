package com.example.smoke;

import java.net.URI;
import java.time.Duration;
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
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;

/**
 * What a client can open a WebSocket over.
 */
enum Transport {

	/** The client's upgrade. */
	HTTP1("http/1.1"),

	/** Extended CONNECT with prior knowledge. */
	H2C("h2c"),

	/** The client's upgrade over TLS. */
	HTTP1_TLS("http/1.1+tls"),

	/** Extended CONNECT over TLS with ALPN. */
	H2("h2");

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final String label;

	Transport(String label) {
		this.label = label;
	}

	boolean isTls() {
		return this == HTTP1_TLS || this == H2;
	}

	boolean isHttp2() {
		return this == H2C || this == H2;
	}

	/**
	 * Opens a WebSocket, sends a message, waits for an answer and closes.
	 * @return the answer
	 */
	String exchange(int port, String path, String message, CloseStatus status) {
		AtomicReference<String> answer = new AtomicReference<>();
		new ReactorNettyWebSocketClient(client())
			.execute(uri(port, path), headers(port), (session) -> session.send(Mono.just(session.textMessage(message)))
				.thenMany(session.receive().concatMap((received) -> {
					answer.set(received.getPayloadAsText());
					return session.close(status);
				}))
				.then())
			.block(TIMEOUT);
		return answer.get();
	}

	/**
	 * Opens a WebSocket and waits until the server closes it.
	 * @param action what is done when it is open
	 * @return the status that it is closed with
	 */
	CloseStatus awaitClose(int port, String path, HttpHeaders headers, Mono<Void> action) {
		AtomicReference<CloseStatus> closed = new AtomicReference<>();
		headers.addAll(headers(port));
		new ReactorNettyWebSocketClient(client()).execute(uri(port, path), headers, (session) -> {
			session.closeStatus().subscribe(closed::set);
			return session.send(Mono.just(session.textMessage("hello")))
				.thenMany(session.receive().concatMap((received) -> action))
				.then();
		}).block(TIMEOUT);
		return closed.get();
	}

	/**
	 * Sends a request without a body.
	 */
	Mono<Void> post(int port, String path, HttpHeaders headers) {
		return client().headers((all) -> headers.forEach(all::set))
			.post()
			.uri((isTls() ? "https" : "http") + "://" + authority(port) + path)
			.response()
			.then();
	}

	private URI uri(int port, String path) {
		return URI.create((isTls() ? "wss" : "ws") + "://" + authority(port) + path);
	}

	private HttpHeaders headers(int port) {
		HttpHeaders headers = new HttpHeaders();
		// As a browser's page has it. The client's own over HTTP/2 is http with TLS too
		headers.setOrigin((isTls() ? "https" : "http") + "://" + authority(port));
		return headers;
	}

	private static String authority(int port) {
		return "127.0.0.1:" + port;
	}

	private HttpClient client() {
		HttpClient client = HttpClient.create(ConnectionProvider.newConnection());
		return switch (this) {
			case HTTP1 -> client.protocol(HttpProtocol.HTTP11);
			case H2C -> client.protocol(HttpProtocol.H2C);
			case HTTP1_TLS -> client.protocol(HttpProtocol.HTTP11)
				.secure((ssl) -> ssl.sslContext(Http11SslContextSpec.forClient()
					.configure((builder) -> builder.trustManager(InsecureTrustManagerFactory.INSTANCE))));
			case H2 -> client.protocol(HttpProtocol.H2)
				.secure((ssl) -> ssl.sslContext(Http2SslContextSpec.forClient()
					.configure((builder) -> builder.trustManager(InsecureTrustManagerFactory.INSTANCE))));
		};
	}

	@Override
	public String toString() {
		return this.label;
	}

}
