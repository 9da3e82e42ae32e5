package io.github.websockethttp2.channel;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.SessionEvent;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application can see which peers do not read.
 */
class SlowConsumerTests {

	/** More than the kernel takes on behalf of a peer that does not read. */
	private static final int SIZE = 32 * 1024 * 1024;

	private static final Duration SLOW_AFTER = Duration.ofMillis(300);

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Handlers.class,
			"websocket.http2.slow-after=" + SLOW_AFTER.toMillis() + "ms", "websocket.http2.close-timeout=500ms");

	@RegisterExtension
	static final TestServers PATIENT = new TestServers(Handlers.class, "websocket.http2.slow-after=0s");

	private final List<SessionEvent> events = new CopyOnWriteArrayList<>();

	private Disposable watching = Disposables.disposed();

	private WebSocketSessions watch(TestServer server) {
		server.awaitNoSessions();
		WebSocketSessions sessions = server.bean(WebSocketSessions.class);
		this.watching = sessions.events().subscribe(this.events::add);
		return sessions;
	}

	@AfterEach
	void watchNoLonger() {
		this.watching.dispose();
	}

	@ParameterizedTest
	@EnumSource
	void peerThatDoesNotReadIsSlowUntilItDoes(Transport transport) {
		watch(SERVERS.server(transport));
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/big");
			if (transport.isHttp2()) {
				socket.stream().autoConsume(false);
			}
			awaitEvents(SessionEvent.Type.OPENED, SessionEvent.Type.SLOW);
			LiveSession session = this.events.get(0).session();
			assertThat(this.events.get(1).session()).isSameAs(session);
			assertThat(session.getBufferedFor()).isGreaterThanOrEqualTo(SLOW_AFTER);
			assertThat(session.getBufferedAmount()).isPositive();
			Duration before = session.getBufferedFor();
			await().until(() -> session.getBufferedFor().compareTo(before) > 0);
			if (transport.isHttp2()) {
				socket.stream().autoConsume(true);
			}
			assertThat(socket.awaitBinary()).hasSize(SIZE);
			awaitEvents(SessionEvent.Type.OPENED, SessionEvent.Type.SLOW, SessionEvent.Type.RECOVERED);
			assertThat(session.getBufferedFor()).isZero();
			assertThat(session.getBufferedAmount()).isZero();
		}
	}

	/**
	 * One small message for which there is no window is enough.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void peerWithoutAWindowIsSlow(Transport transport) {
		WebSocketSessions sessions = watch(SERVERS.server(transport));
		try (WebSocketConnection connection = WebSocketConnection
			.of(SERVERS.http2Builder(transport).initialWindowSize(0).connect())) {
			WebSocketStream socket = connection.open("/echo");
			socket.sendText("hello");
			awaitEvents(SessionEvent.Type.OPENED, SessionEvent.Type.SLOW);
			LiveSession session = sessions.getAll().iterator().next();
			assertThat(session.getBufferedAmount()).isBetween(5L, 100L);
			socket.stream().windowUpdate(100);
			assertThat(socket.awaitText()).isEqualTo("hello");
			awaitEvents(SessionEvent.Type.OPENED, SessionEvent.Type.SLOW, SessionEvent.Type.RECOVERED);
		}
	}

	@ParameterizedTest
	@EnumSource
	void peersThatReadAreNot(Transport transport) {
		WebSocketSessions sessions = watch(SERVERS.server(transport));
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/ticks");
			for (int i = 0; i < 100; i++) {
				socket.sendText("hello " + i);
				socket.awaitText();
			}
			awaitEvents(SessionEvent.Type.OPENED);
			LiveSession session = sessions.getAll().iterator().next();
			await().untilAsserted(() -> assertThat(session.getBufferedFor()).isZero());
		}
	}

	@ParameterizedTest
	@EnumSource
	void applicationMayCloseSlowSessions(Transport transport) {
		WebSocketSessions sessions = watch(SERVERS.server(transport));
		Disposable closing = sessions.events()
			.filter((event) -> event.type() == SessionEvent.Type.SLOW)
			.flatMap((event) -> event.session().close(CloseStatus.POLICY_VIOLATION))
			.subscribe();
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/big");
			if (transport.isHttp2()) {
				socket.stream().autoConsume(false);
			}
			await().until(() -> sessions.getCount() == 0);
			awaitEvents(SessionEvent.Type.OPENED, SessionEvent.Type.SLOW, SessionEvent.Type.CLOSED);
			LiveSession session = this.events.get(0).session();
			assertThat(session.closeStatus().block(Waiting.TIMEOUT)).isEqualTo(CloseStatus.POLICY_VIOLATION);
			// Its Close frame waits behind the rest, for as long as the close timeout
			await().untilAsserted(() -> assertThat(session.getBufferedFor()).isZero());
			connection.abort();
		}
		finally {
			closing.dispose();
		}
	}

	@Test
	void slowSessionThatEndsDoesNotRecover() {
		WebSocketSessions sessions = watch(SERVERS.server(Transport.H1));
		try (WebSocketConnection connection = SERVERS.connect(Transport.H1)) {
			connection.open("/big");
			awaitEvents(SessionEvent.Type.OPENED, SessionEvent.Type.SLOW);
			connection.abort();
			await().until(() -> sessions.getCount() == 0);
		}
		try (WebSocketConnection connection = SERVERS.connect(Transport.H1)) {
			// Another becomes slow after the next looks at the first
			connection.open("/big");
			awaitEvents(SessionEvent.Type.OPENED, SessionEvent.Type.SLOW, SessionEvent.Type.CLOSED,
					SessionEvent.Type.OPENED, SessionEvent.Type.SLOW);
			connection.abort();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void noneIsSlowIfTheTimeIsZero(Transport transport) {
		WebSocketSessions sessions = watch(PATIENT.server(transport));
		try (WebSocketConnection connection = PATIENT.connect(transport)) {
			WebSocketStream socket = connection.open("/big");
			if (transport.isHttp2()) {
				socket.stream().autoConsume(false);
			}
			await().until(() -> sessions.getCount() == 1);
			LiveSession session = sessions.getAll().iterator().next();
			await().until(() -> session.getBufferedFor().compareTo(Duration.ofSeconds(2)) > 0);
			awaitEvents(SessionEvent.Type.OPENED);
			connection.abort();
		}
	}

	private void awaitEvents(SessionEvent.Type... types) {
		await().untilAsserted(() -> assertThat(this.events).extracting(SessionEvent::type).containsExactly(types));
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		@WebSocketMapping("/big")
		WebSocketHandler big() {
			return (session) -> session
				.send(Mono.fromSupplier(() -> session.binaryMessage((buffers) -> buffers.wrap(new byte[SIZE])))
					.concatWith(Mono.never()));
		}

		@Bean
		@WebSocketMapping("/echo")
		WebSocketHandler echo() {
			return (session) -> session.send(session.receive().doOnNext(WebSocketMessage::retain));
		}

		@Bean
		@WebSocketMapping("/ticks")
		WebSocketHandler ticks() {
			return (session) -> session.send(answers(session));
		}

		private static Flux<WebSocketMessage> answers(WebSocketSession session) {
			return session.receive().map((message) -> session.textMessage("x".repeat(10_000)));
		}

	}

}
