package io.github.websockethttp2.proxy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.github.websockethttp2.client.Http2WebSocketClient;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.testsupport.TestPem;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.TestTls;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.transport.ProxyProvider;
import reactor.test.StepVerifier;

import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The client, with TLS, to a proxy in front of a server of ours.
 */
class ClientThroughProxyTests {

	private static final int SOCKETS = 50;

	private static final int BIG = 1_000_000;

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(ProxiedServer.class, "websocket.http2.max-message-size=2MB",
			"websocket.http2.max-sessions-per-connection=128");

	@TempDir
	private Path directory;

	private final AtomicInteger connections = new AtomicInteger();

	private WebSocketSessions sessions;

	@BeforeEach
	void noSessions() {
		this.sessions = SERVERS.server(Transport.H2C).bean(WebSocketSessions.class);
		await().until(() -> this.sessions.getCount() == 0);
	}

	@ParameterizedTest
	@EnumSource
	void echoesAndCloses(Reverse reverse) {
		try (ProxyProcess proxy = reverse.start(this.directory, SERVERS.server(Transport.H2C).port())) {
			AtomicReference<WebSocketTransport> carried = new AtomicReference<>();
			AtomicReference<CloseStatus> closed = new AtomicReference<>();
			String big = "x".repeat(BIG);
			StepVerifier.create(client().execute(url(proxy, ProxiedServer.ECHO), (session) -> {
				carried.set(WebSocketTransport.of(session));
				session.closeStatus().subscribe(closed::set);
				return session.send(Flux.just("a", big).map(session::textMessage))
					.and(session.receive()
						.map(WebSocketMessage::getPayloadAsText)
						.take(2)
						.collectList()
						.doOnNext((received) -> assertThat(received).containsExactly("a", big)))
					.then(session.close(new CloseStatus(4001, "mine")));
			})).expectComplete().verify(Waiting.LONG_TIMEOUT);
			assertThat(closed.get().getCode()).isEqualTo(4001);
			assertThat(carried.get().protocol()).isEqualTo((reverse != Reverse.NGINX)
					? WebSocketTransport.Protocol.HTTP_2 : WebSocketTransport.Protocol.HTTP_1_1);
		}
	}

	@ParameterizedTest
	@EnumSource
	void statusOfTheServerArrives(Reverse reverse) {
		try (ProxyProcess proxy = reverse.start(this.directory, SERVERS.server(Transport.H2C).port())) {
			AtomicReference<CloseStatus> closed = new AtomicReference<>();
			StepVerifier.create(client().execute(url(proxy, ProxiedServer.CLOSE), (session) -> {
				session.closeStatus().subscribe(closed::set);
				return session.send(Mono.just(session.textMessage("go"))).and(session.receive());
			})).expectComplete().verify(Waiting.LONG_TIMEOUT);
			assertThat(closed.get())
				.isEqualTo(new CloseStatus(ProxiedServer.CLOSED.code(), ProxiedServer.CLOSED.reason()));
		}
	}

	@ParameterizedTest
	@EnumSource
	void refusalHasTheResponse(Reverse reverse) {
		try (ProxyProcess proxy = reverse.start(this.directory, SERVERS.server(Transport.H2C).port())) {
			StepVerifier.create(client().execute(url(proxy, "/nowhere"), (session) -> Mono.empty()))
				.expectErrorSatisfies((error) -> {
					assertThat(error).isInstanceOf(WebSocketClientHandshakeException.class);
					assertThat(((WebSocketClientHandshakeException) error).response().status().code()).isEqualTo(404);
				})
				.verify(Waiting.LONG_TIMEOUT);
		}
	}

	@ParameterizedTest
	@EnumSource
	void proxyThatGoesAwayIs1006(Reverse reverse) {
		AtomicReference<CloseStatus> closed = new AtomicReference<>();
		StepVerifier.Step<Void> socket;
		try (ProxyProcess proxy = reverse.start(this.directory, SERVERS.server(Transport.H2C).port())) {
			socket = StepVerifier.create(client().execute(url(proxy, ProxiedServer.ECHO), (session) -> {
				session.closeStatus().subscribe(closed::set);
				return session.receive().then().onErrorComplete();
			})).then(() -> await().until(() -> this.sessions.getCount() == 1)).then(proxy::kill);
			socket.expectComplete().verify(Waiting.LONG_TIMEOUT);
		}
		assertThat(closed.get().getCode()).isEqualTo(1006);
	}

	@ParameterizedTest
	@EnumSource
	void socketsShareAConnectionOverHttp2(Reverse reverse) {
		try (ProxyProcess proxy = reverse.start(this.directory, SERVERS.server(Transport.H2C).port())) {
			Sinks.Empty<Void> end = Sinks.empty();
			Http2WebSocketClient client = client();
			WebSocketHandler handler = (session) -> session.receive().takeUntilOther(end.asMono()).then();
			Mono<Void> all = Mono.when(IntStream.range(0, SOCKETS)
				.mapToObj((index) -> client.execute(url(proxy, ProxiedServer.ECHO), handler))
				.toList());
			StepVerifier.create(all)
				.then(() -> await().until(() -> this.sessions.getCount() == SOCKETS))
				.then(end::tryEmitEmpty)
				.expectComplete()
				.verify(Waiting.LONG_TIMEOUT);
			// nginx: one that has told that it does not offer it, and then one each
			assertThat(this.connections).hasValue((reverse != Reverse.NGINX) ? 1 : 1 + SOCKETS);
		}
	}

	@Test
	void connectProxyCarriesHttp2() {
		String tinyproxy = ProxyProcess.program("tinyproxy", "tinyproxy").toString();
		int port = SERVERS.server(Transport.H2).port();
		WebSocketSessions opened = SERVERS.server(Transport.H2).bean(WebSocketSessions.class);
		try (ProxyProcess proxy = ProxyProcess.start(this.directory, (files, proxyPort) -> {
			Path file = Files.writeString(files.resolve("tinyproxy.conf"), """
					Port %d
					Listen 127.0.0.1
					Allow 127.0.0.1
					ConnectPort %d
					LogLevel Connect
					""".formatted(proxyPort, port));
			return List.of(tinyproxy, "-d", "-c", file.toString());
		})) {
			Http2WebSocketClient client = builder().tcp((tcp) -> tcp.proxy((spec) -> spec.type(ProxyProvider.Proxy.HTTP)
				.host("127.0.0.1")
				.port(proxy.port())
				// Reactor Netty leaves the loopback interface out by default
				.nonProxyHosts(null))).build();
			Sinks.Empty<Void> end = Sinks.empty();
			AtomicInteger echoed = new AtomicInteger();
			WebSocketHandler handler = (session) -> session.send(Mono.just(session.textMessage("hello")))
				.thenMany(session.receive().take(1))
				.doOnNext((message) -> echoed.incrementAndGet())
				.then(end.asMono());
			URI url = URI.create("wss://127.0.0.1:" + port + ProxiedServer.ECHO);
			StepVerifier
				.create(Mono
					.when(IntStream.range(0, SOCKETS).mapToObj((index) -> client.execute(url, handler)).toList()))
				.then(() -> await().untilAtomic(echoed, (count) -> assertThat(count).isEqualTo(SOCKETS)))
				.then(() -> assertThat(opened.getAll()).extracting((session) -> session.getTransport().protocol())
					.containsOnly(WebSocketTransport.Protocol.HTTP_2))
				.then(end::tryEmitEmpty)
				.expectComplete()
				.verify(Waiting.LONG_TIMEOUT);
			assertThat(this.connections).hasValue(1);
			assertThat(proxy.log()).containsOnlyOnce("CONNECT 127.0.0.1:" + port);
		}
	}

	private Http2WebSocketClient client() {
		return builder().build();
	}

	private Http2WebSocketClient.Builder builder() {
		return Http2WebSocketClient.builder()
			.tls((context) -> context.trustManager(TestTls.trustManagerFactory()))
			.tcp((tcp) -> tcp.doOnConnected((connection) -> this.connections.incrementAndGet()))
			.maxMessageSize(DataSize.ofMegabytes(2));
	}

	private static URI url(ProxyProcess proxy, String path) {
		return URI.create("wss://127.0.0.1:" + proxy.port() + path);
	}

	/**
	 * A proxy with TLS in front of a server without.
	 */
	enum Reverse {

		/** HTTP/2 on both sides. */
		HAPROXY {

			@Override
			List<String> command(Path directory, int port, int serverPort) throws IOException {
				String haproxy = ProxyProcess.program("haproxy", "haproxy").toString();
				Files.writeString(directory.resolve("haproxy.cfg"), """
						defaults
						    mode http
						    timeout connect 5s
						    timeout client 30s
						    timeout server 30s
						    timeout tunnel 1h
						frontend web
						    bind 127.0.0.1:%d ssl crt site.pem alpn h2,http/1.1
						    default_backend application
						backend application
						    server s 127.0.0.1:%d proto h2 ws h2
						""".formatted(port, serverPort));
				return List.of(haproxy, "-db", "-f", "haproxy.cfg");
			}

		},

		/** HTTP/2 on both sides. */
		NGHTTPX {

			@Override
			List<String> command(Path directory, int port, int serverPort) {
				return List.of(ProxyProcess.program("nghttpx", "nghttp2-proxy").toString(),
						"--conf=" + directory.resolve("nghttpx.conf"), "--single-process",
						"--frontend=127.0.0.1," + port, "--backend=127.0.0.1," + serverPort + ";;proto=h2",
						"--accesslog-file=/dev/null", "key.pem", "cert.pem");
			}

		},

		/** Speaks HTTP/2 with pages, and does not offer WebSockets there. */
		NGINX {

			@Override
			List<String> command(Path directory, int port, int serverPort) throws IOException {
				Files.writeString(directory.resolve("nginx.conf"), """
						daemon off;
						pid nginx.pid;
						error_log stderr;
						events {}
						http {
						    access_log off;
						    server {
						        listen 127.0.0.1:%d ssl http2;
						        ssl_certificate cert.pem;
						        ssl_certificate_key key.pem;
						        location / {
						            proxy_pass http://127.0.0.1:%d;
						            proxy_http_version 1.1;
						            proxy_set_header Host $http_host;
						            proxy_set_header Upgrade $http_upgrade;
						            proxy_set_header Connection "upgrade";
						        }
						    }
						}
						""".formatted(port, serverPort));
				return List.of(ProxyProcess.program("nginx", "nginx-light").toString(), "-p", directory.toString(),
						"-c", "nginx.conf");
			}

		};

		abstract List<String> command(Path directory, int port, int serverPort) throws IOException;

		ProxyProcess start(Path directory, int serverPort) {
			TestPem.write(directory);
			return ProxyProcess.start(directory, (files, port) -> command(files, port, serverPort));
		}

	}

}
