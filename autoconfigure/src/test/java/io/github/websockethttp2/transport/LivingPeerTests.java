package io.github.websockethttp2.transport;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.HeartbeatHandlers;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.SampledLeaks;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Sinks;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.web.reactive.socket.WebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A peer that can still be heard, or reads what it is sent, keeps its sessions, however
 * slow it or the handler is.
 */
class LivingPeerTests {

	@RegisterExtension
	static final TestServers SERVERS = HeartbeatHandlers.servers(Handlers.class);

	@BeforeEach
	void forget() {
		SERVERS.awaitNoSessions();
		HeartbeatHandlers.CLOSED.clear();
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	void keepsAPeerThatAnswersOverHttp1(Transport transport) {
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/pongs");
			for (int i = 0; i < 4; i++) {
				socket.sendPong(socket.awaitPing());
			}
			// The answers are not for the handler
			socket.sendPong("unasked for");
			assertThat(socket.awaitText()).isEqualTo("unasked for");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void keepsAPeerThatSendsDataAndNoAcknowledgements(Transport transport) {
		try (Http2Client client = SERVERS.http2Builder(transport).autoAckPing(false).connect()) {
			WebSocketStream socket = client.openWebSocket("/echo");
			for (int i = 0; i < 5; i++) {
				client.awaitPing();
				socket.sendText("alive " + i);
				assertThat(socket.awaitText()).isEqualTo("alive " + i);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	void keepsAPeerThatSendsDataAndNoPongs(Transport transport) {
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/sink");
			for (int i = 0; i < 5; i++) {
				socket.awaitPing();
				socket.sendText("alive " + i);
			}
		}
	}

	/**
	 * Whose peer's pongs come behind messages that it does not read.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	void doesNotTakeAStalledHandlerForADeadPeer(Transport transport) {
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/stalled");
			socket.sendText("one that waits");
			socket.sendText("another");
			for (int i = 0; i < 6; i++) {
				socket.sendPong(socket.awaitPing());
			}
			assertThat(SERVERS.server(transport).bean(SessionRegistry.class).getCount()).isOne();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void doesNotTakeStalledHandlersForADeadPeerOverHttp2(Transport transport) {
		try (Http2Client client = SERVERS.http2(transport)) {
			WebSocketStream socket = client.openWebSocket("/stalled");
			socket.sendBinary(new byte[60_000]);
			for (int i = 0; i < 10; i++) {
				socket.sendBinary(new byte[60_000]);
			}
			client.awaitPings(5);
			assertThat(SERVERS.server(transport).bean(SessionRegistry.class).getCount()).isOne();
		}
	}

	/**
	 * What has been read ahead comes in order when the handler reads, and is little: the
	 * peer of a handler that does not read is held up.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	@SampledLeaks
	void holdsUpAPeerWhoseMessagesAreNotRead(Transport transport) {
		int count = 300;
		Handlers.READ.set(0);
		Handlers.GO_ON = Sinks.empty();
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/late");
			CompletableFuture<?> sent = null;
			for (int i = 0; i < count; i++) {
				sent = socket.sendBinary(ByteBuffer.allocate(60_000).putInt(i).array());
			}
			for (int i = 0; i < 6; i++) {
				socket.awaitPing();
			}
			assertThat(sent).isNotDone();
			Handlers.GO_ON.tryEmitEmpty();
			await().untilAsserted(() -> assertThat(Handlers.READ).hasValue(count));
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers extends HeartbeatHandlers {

		static final AtomicInteger READ = new AtomicInteger();

		static Sinks.Empty<Void> GO_ON = Sinks.empty();

		@Bean
		@WebSocketMapping("/sink")
		WebSocketHandler sink() {
			return (session) -> session.receive().then();
		}

		/**
		 * Reads when it is told to.
		 */
		@Bean
		@WebSocketMapping("/late")
		WebSocketHandler late() {
			return (session) -> GO_ON.asMono().thenMany(session.receive()).doOnNext((message) -> {
				DataBuffer payload = message.getPayload();
				ByteBuffer bytes = ByteBuffer.allocate(payload.readableByteCount());
				payload.toByteBuffer(bytes);
				READ.compareAndSet(bytes.getInt(0), bytes.getInt(0) + 1);
			}).then();
		}

	}

}
