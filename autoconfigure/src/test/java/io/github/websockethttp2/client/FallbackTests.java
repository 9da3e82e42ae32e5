package io.github.websockethttp2.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.web.reactive.socket.WebSocketMessage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What happens where HTTP/2 will not do, against real servers without it.
 */
class FallbackTests {

	private static final Duration TIMEOUT = Waiting.TIMEOUT;

	@ParameterizedTest
	@CsvSource({ "H1_TLS,server.http2.enabled=false,TLS has not agreed on HTTP/2,3",
			"H2,websocket.http2.enabled=false,the server does not offer WebSockets over HTTP/2,4",
			"H1,server.http2.enabled=false,the server does not speak HTTP/2,4" })
	void opensOverHttp1AndRemembers(Transport transport, String off, String cause, int connections) {
		try (TestServer server = TestServer.start(transport, Http2WebSocketClientTests.Handlers.class, off,
				(transport == Transport.H2) ? "server.http2.enabled=true" : "server.compression.enabled=false");
				LogCapture log = LogCapture.start(Fallbacks.class.getName(), Level.INFO)) {
			URI url = transport.url(server.port(), "/echo");
			AtomicInteger connects = new AtomicInteger();
			Http2WebSocketClient client = builder(true, TIMEOUT)
				.tcp((tcp) -> tcp.doOnConnected((connection) -> connects.incrementAndGet()))
				.build();
			for (int i = 0; i < 3; i++) {
				StepVerifier.create(protocol(client, url))
					.expectNext(WebSocketTransport.Protocol.HTTP_1_1)
					.expectComplete()
					.verify(TIMEOUT);
			}
			// The first socket has that on which ALPN has spoken, where it has
			assertThat(connects).hasValue(connections);
			assertThat(log.messages()).filteredOn((line) -> line.contains("WebSockets to"))
				.singleElement()
				.asString()
				.contains(url.getAuthority(), "HTTP/1.1", cause);
			StepVerifier.create(protocol(client(false, TIMEOUT), url))
				.expectErrorMatches((error) -> error.getMessage().contains(cause))
				.verify(TIMEOUT);
		}
	}

	@Test
	void serverThatNeverAnswersTimesOut() throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
			for (String scheme : new String[] { "ws", "wss" }) {
				URI url = URI.create(scheme + "://127.0.0.1:" + silent.getLocalPort() + "/echo");
				StepVerifier.create(protocol(client(true, Duration.ofMillis(300)), url))
					.expectError(TimeoutException.class)
					.verify(TIMEOUT);
			}
		}
	}

	@Test
	void serverThatIsNotThereFails() throws IOException {
		int port;
		try (ServerSocket closed = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
			port = closed.getLocalPort();
		}
		StepVerifier.create(protocol(client(true, TIMEOUT), URI.create("ws://127.0.0.1:" + port + "/echo")))
			.expectError(IOException.class)
			.verify(TIMEOUT);
	}

	/**
	 * A listener whose queue is full does not answer.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void tcpThatIsNotAnsweredTimesOut(boolean http2) throws IOException {
		List<Socket> queue = new ArrayList<>();
		try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			while (queue.size() < 10 && connect(full, queue)) {
				// Until it is full
			}
			Assumptions.assumeTrue(queue.size() < 10, "The queue of this system's listeners is never full");
			Http2WebSocketClient client = builder(true, Waiting.LONG_TIMEOUT).connectTimeout(Duration.ofMillis(300))
				.http2(http2)
				.build();
			StepVerifier.create(protocol(client, URI.create("ws://127.0.0.1:" + full.getLocalPort() + "/echo")))
				.expectError(ConnectTimeoutException.class)
				.verify(TIMEOUT);
		}
		finally {
			for (Socket socket : queue) {
				socket.close();
			}
		}
	}

	private static boolean connect(ServerSocket server, List<Socket> queue) throws IOException {
		Socket socket = new Socket();
		queue.add(socket);
		try {
			socket.connect(server.getLocalSocketAddress(), 500);
			return true;
		}
		catch (SocketTimeoutException ex) {
			return false;
		}
	}

	@Test
	void isForgottenAfterItsTime() {
		AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
		Fallbacks fallbacks = new Fallbacks(Duration.ofNanos(10), new ClientEvents(List.of()), now::get);
		Endpoint endpoint = Endpoint.of(URI.create("wss://example.com"));
		assertThat(fallbacks.isRemembered(endpoint)).isFalse();
		fallbacks.remember(endpoint, FallbackCause.ALPN);
		now.addAndGet(9);
		assertThat(fallbacks.isRemembered(endpoint)).isTrue();
		now.addAndGet(1);
		assertThat(fallbacks.isRemembered(endpoint)).isFalse();
	}

	private static Mono<WebSocketTransport.Protocol> protocol(Http2WebSocketClient client, URI url) {
		return Mono.defer(() -> {
			WebSocketTransport.Protocol[] protocol = new WebSocketTransport.Protocol[1];
			return client.execute(url, (session) -> {
				protocol[0] = WebSocketTransport.of(session).protocol();
				return session.send(Mono.just(session.textMessage("hello")))
					.and(session.receive().take(1).map(WebSocketMessage::getPayloadAsText));
			}).then(Mono.fromSupplier(() -> protocol[0]));
		});
	}

	private static Http2WebSocketClient client(boolean fallback, Duration timeout) {
		return builder(fallback, timeout).build();
	}

	private static Http2WebSocketClient.Builder builder(boolean fallback, Duration timeout) {
		return Http2WebSocketClient.builder()
			.tls((context) -> context.trustManager(InsecureTrustManagerFactory.INSTANCE))
			.priorKnowledge(true)
			.fallback(fallback)
			.handshakeTimeout(timeout);
	}

}
