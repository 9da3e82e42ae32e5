package io.github.websockethttp2.transport;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.Frame;
import io.github.websockethttp2.testsupport.HeartbeatHandlers;
import io.github.websockethttp2.testsupport.TcpRelay;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.WebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A ping waits behind what was written before it, for longer than a peer has to answer
 * it.
 */
class SlowLinkTests {

	private static final int BYTES_PER_SECOND = 25_000;

	private static final int BYTES = 5 * BYTES_PER_SECOND;

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Handlers.class, "websocket.http2.heartbeat.interval=1s",
			"websocket.http2.heartbeat.timeout=1s");

	/**
	 * All at the same time, since each takes seconds.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "/flood", "/burst" })
	void keepsPeersThatRead(String path) {
		SERVERS.awaitNoSessions();
		ExecutorService peers = Executors.newCachedThreadPool();
		try {
			List<CompletableFuture<Void>> reading = Arrays.stream(Transport.values())
				.map((transport) -> start(peers, SERVERS.server(transport), transport, path))
				.toList();
			CompletableFuture.allOf(reading.toArray(CompletableFuture[]::new))
				.orTimeout(Waiting.LONG_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
				.join();
		}
		finally {
			peers.shutdownNow();
		}
		SERVERS.awaitNoSessions();
	}

	private static CompletableFuture<Void> start(ExecutorService peers, TestServer server, Transport transport,
			String path) {
		return CompletableFuture.runAsync(() -> read(server, transport, path), peers);
	}

	private static void read(TestServer server, Transport transport, String path) {
		try (TcpRelay relay = TcpRelay.slow(server.port(), BYTES_PER_SECOND);
				WebSocketConnection connection = transport.connect(relay.port())) {
			WebSocketStream socket = connection.open(path);
			int received = 0;
			while (received < BYTES) {
				Frame frame = socket.awaitFrame();
				if (frame.opcode() == Frame.PING) {
					socket.sendPong(frame.text());
				}
				received += frame.payload().length;
			}
			assertThat(server.bean(SessionRegistry.class).getAll())
				.filteredOn((session) -> session.getTransport().protocol().toString().equals(transport.httpVersion()))
				.hasSize(1);
			connection.abort();
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers extends HeartbeatHandlers {

		/**
		 * Less than the kernel takes at once, and more than a slow link.
		 */
		@Bean
		@WebSocketMapping("/burst")
		WebSocketHandler burst() {
			return (session) -> session
				.send(Flux.range(0, 20).map((i) -> session.binaryMessage((factory) -> factory.wrap(new byte[10_000]))))
				.and(session.receive());
		}

	}

}
