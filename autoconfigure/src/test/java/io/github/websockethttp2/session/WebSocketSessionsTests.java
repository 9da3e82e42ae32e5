package io.github.websockethttp2.session;

import java.security.Principal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.testsupport.FakeSession;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link WebSocketSessions}.
 */
class WebSocketSessionsTests {

	@Nested
	class Registry {

		private final SessionRegistry sessions = new SessionRegistry(10);

		private final FakeSession first = new FakeSession("/first");

		private final FakeSession second = new FakeSession("/second");

		@Test
		void knowsWhatIsOpen() {
			Collection<LiveSession> all = this.sessions.getAll();
			assertThat(all).isEmpty();
			this.sessions.opened(this.first);
			this.sessions.opened(this.second);
			assertThat(all).containsExactlyInAnyOrder(this.first, this.second);
			assertThat(this.sessions.getCount()).isEqualTo(2);
			assertThat(this.sessions.get(this.second.getId())).isSameAs(this.second);
			this.sessions.ended(this.second);
			assertThat(all).containsExactly(this.first);
			assertThat(this.sessions.get(this.second.getId())).isNull();
		}

		@Test
		void isReadOnlyFromOutside() {
			this.sessions.opened(this.first);
			Collection<LiveSession> all = this.sessions.getAll();
			assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(all::clear);
		}

		@Test
		void tellsWhatHappensFromNowOn() {
			this.sessions.opened(this.first);
			StepVerifier.create(this.sessions.events())
				.then(() -> this.sessions.opened(this.second))
				.expectNext(new SessionEvent(SessionEvent.Type.OPENED, this.second))
				.then(() -> this.sessions.ended(this.first))
				.expectNext(new SessionEvent(SessionEvent.Type.CLOSED, this.first))
				.then(() -> this.sessions.ended(this.first))
				.then(() -> this.sessions.ended(this.second))
				.expectNext(new SessionEvent(SessionEvent.Type.CLOSED, this.second))
				.thenCancel()
				.verify(Waiting.TIMEOUT);
		}

		@Test
		void goesOnWithoutASubscriberThatFallsBehind() {
			List<SessionEvent> seen = new ArrayList<>();
			BaseSubscriber<SessionEvent> slow = new BaseSubscriber<>() {

				@Override
				protected void hookOnSubscribe(Subscription subscription) {
					subscription.request(1);
				}

				@Override
				protected void hookOnNext(SessionEvent event) {
					seen.add(event);
				}

			};
			this.sessions.events().subscribe(slow);
			StepVerifier.create(this.sessions.events().take(4)).then(() -> {
				for (FakeSession session : List.of(this.first, this.second)) {
					this.sessions.opened(session);
					this.sessions.ended(session);
				}
			}).expectNextCount(4).expectComplete().verify(Waiting.TIMEOUT);
			assertThat(seen).hasSize(1);
			slow.dispose();
		}

		@Test
		void survivesASubscriberThatFails() {
			this.sessions.events().subscribe((event) -> {
				throw new IllegalStateException("a subscriber's bug");
			}, (ex) -> {
			});
			this.sessions.opened(this.first);
			this.sessions.ended(this.first);
			assertThat(this.sessions.getCount()).isZero();
		}

		@Test
		void subscriberThatThrowsGetsNoMoreAndTheOthersGoOn() {
			AtomicInteger calls = new AtomicInteger();
			List<SessionEvent> seen = new ArrayList<>();
			for (Error thrown : List.of(new NoClassDefFoundError("As ordered"), new StackOverflowError("As ordered"))) {
				this.sessions.events().subscribe((event) -> {
					calls.incrementAndGet();
					throw thrown;
				});
			}
			this.sessions.events().subscribe((event) -> {
				calls.incrementAndGet();
				throw new IllegalStateException("As ordered");
			}, (ex) -> {
				throw new IllegalStateException(ex);
			});
			this.sessions.events().subscribe(seen::add);
			try (LogCapture log = LogCapture.start()) {
				this.sessions.opened(this.first);
				this.sessions.opened(this.second);
				this.sessions.ended(this.first);
				this.sessions.ended(this.second);
				assertThat(log.events()).filteredOn((event) -> event.getLoggerName().contains("SessionEvents"))
					.hasSize(3)
					.allSatisfy((event) -> assertThat(event.getLevel()).isEqualTo(Level.WARN));
			}
			assertThat(calls).hasValue(3);
			assertThat(seen).extracting(SessionEvent::session)
				.containsExactly(this.first, this.second, this.first, this.second);
		}

		@Test
		void listenersHearWhateverOthersThrow() {
			List<String> heard = new ArrayList<>();
			this.sessions.events().subscribe((event) -> {
				throw new NoClassDefFoundError("As ordered");
			});
			this.sessions.addListener(listener(() -> {
				throw new NoClassDefFoundError("As ordered");
			}));
			SessionListener listener = listener(() -> heard.add("heard"));
			this.sessions.addListener(listener);
			this.sessions.opened(this.first);
			this.sessions.ended(this.first);
			assertThat(heard).hasSize(2);
			this.sessions.removeListener(listener);
			this.sessions.opened(this.second);
			assertThat(heard).hasSize(2);
		}

		private static SessionListener listener(Runnable action) {
			return new SessionListener() {

				@Override
				public void opened(LiveSession session) {
					action.run();
				}

				@Override
				public void ended(LiveSession session) {
					action.run();
				}

			};
		}

		/**
		 * Such as one that lets a user have a single session.
		 */
		@Test
		void letsASubscriberCloseAnotherSession() {
			this.sessions.opened(this.first);
			this.first.onClose(() -> this.sessions.ended(this.first));
			StepVerifier.create(this.sessions.events().doOnNext((event) -> {
				if (event.type() == SessionEvent.Type.OPENED) {
					this.sessions.close(this.first.getId(), CloseStatus.POLICY_VIOLATION).subscribe();
				}
			}).map(SessionEvent::type).take(2))
				.then(() -> this.sessions.opened(this.second))
				.expectNextCount(2)
				.expectComplete()
				.verify(Waiting.TIMEOUT);
			assertThat(this.sessions.getAll()).containsExactly(this.second);
		}

		@Test
		void closesByIdAndStatus() {
			this.sessions.opened(this.first);
			StepVerifier.create(this.sessions.close(this.first.getId(), CloseStatus.POLICY_VIOLATION))
				.expectNext(true)
				.verifyComplete();
			assertThat(this.first.closedWith()).isEqualTo(CloseStatus.POLICY_VIOLATION);
			StepVerifier.create(this.sessions.close("missing", CloseStatus.NORMAL)).expectNext(false).verifyComplete();
		}

	}

	@Nested
	class OfAServer {

		@RegisterExtension
		static final TestServers SERVERS = new TestServers(Handlers.class);

		@BeforeEach
		void forget() {
			Handlers.SEEN.clear();
			for (Transport transport : List.of(Transport.H2C, Transport.H2)) {
				WebSocketSessions sessions = sessions(transport);
				await().until(() -> sessions.getCount() == 0);
			}
		}

		@ParameterizedTest
		@EnumSource
		void saysWhatASessionIs(Transport transport) {
			Instant before = Instant.now();
			try (WebSocketConnection connection = SERVERS.connect(transport)) {
				connection.open("/rooms/blue", "x-user", "alice").awaitText();
				Seen seen = Waiting.take(Handlers.SEEN);
				assertThat(sessions(transport).getAll()).hasSize(1);
				LiveSession session = sessions(transport).getAll().iterator().next();
				assertThat(session.getId()).isEqualTo(seen.id());
				assertThat(session.getPathPattern()).isEqualTo("/rooms/{room}");
				assertThat(session.getPrincipalName()).isEqualTo("alice");
				assertThat(session.getRemoteAddress().getPort()).isEqualTo(connection.localPort());
				assertThat(session.getOpenedAt()).isBetween(before, Instant.now());
				WebSocketTransport carrier = session.getTransport();
				assertThat(carrier).isEqualTo(seen.transport());
				assertThat(carrier.protocol()).isEqualTo((transport.isHttp2()) ? WebSocketTransport.Protocol.HTTP_2
						: WebSocketTransport.Protocol.HTTP_1_1);
				assertThat(carrier.connectionId()).isNotEmpty();
				assertThat(carrier.streamId()).isEqualTo((transport.isHttp2()) ? 1 : 0);
			}
			await().until(() -> sessions(transport).getCount() == 0);
		}

		@ParameterizedTest
		@EnumSource
		void hasNoPrincipalWithoutOne(Transport transport) {
			try (WebSocketConnection connection = SERVERS.connect(transport)) {
				connection.open("/rooms/blue").awaitText();
				assertThat(sessions(transport).getAll()).singleElement()
					.extracting(LiveSession::getPrincipalName)
					.isNull();
			}
		}

		@ParameterizedTest
		@EnumSource(names = { "H2C", "H2" })
		void tellsStreamsOfAConnectionFromEachOther(Transport transport) {
			try (WebSocketConnection connection = SERVERS.connect(transport);
					WebSocketConnection another = SERVERS.connect(transport)) {
				connection.open("/rooms/blue").awaitText();
				connection.open("/rooms/red").awaitText();
				another.open("/rooms/red").awaitText();
				assertThat(sessions(transport).getAll()).extracting(LiveSession::getId).doesNotHaveDuplicates();
				assertThat(sessions(transport).getAll()).extracting((session) -> session.getTransport().streamId())
					.containsExactlyInAnyOrder(1, 3, 1);
				assertThat(sessions(transport).getAll()).extracting((session) -> session.getTransport().connectionId())
					.satisfies((ids) -> assertThat(Set.copyOf(ids)).hasSize(2));
			}
		}

		@ParameterizedTest
		@EnumSource
		void tellsOfSessionsThatOpenAndEnd(Transport transport) {
			try (WebSocketConnection connection = SERVERS.connect(transport)) {
				StepVerifier.create(sessions(transport).events().map(SessionEvent::type)).then(() -> {
					WebSocketStream socket = connection.open("/rooms/blue");
					socket.awaitText();
					socket.sendClose(1000, "");
				}).expectNext(SessionEvent.Type.OPENED, SessionEvent.Type.CLOSED).thenCancel().verify(Waiting.TIMEOUT);
			}
		}

		@ParameterizedTest
		@EnumSource
		void endsASessionFromOutside(Transport transport) {
			try (WebSocketConnection connection = SERVERS.connect(transport)) {
				WebSocketStream socket = connection.open("/rooms/blue");
				socket.awaitText();
				Seen seen = Waiting.take(Handlers.SEEN);
				CloseStatus status = new CloseStatus(4001, "moved away");
				StepVerifier.create(sessions(transport).close(seen.id(), status))
					.expectNext(true)
					.expectComplete()
					.verify(Waiting.TIMEOUT);
				assertThat(socket.awaitClose()).extracting("code", "reason").containsExactly(4001, "moved away");
				socket.sendClose(4001, "moved away");
				StepVerifier.create(seen.closeStatus()).expectNext(status).expectComplete().verify(Waiting.TIMEOUT);
				await().until(() -> sessions(transport).getCount() == 0);
				StepVerifier.create(sessions(transport).close(seen.id(), status))
					.expectNext(false)
					.expectComplete()
					.verify(Waiting.TIMEOUT);
			}
		}

		private WebSocketSessions sessions(Transport transport) {
			return SERVERS.server(transport).bean(WebSocketSessions.class);
		}

	}

	record Seen(String id, WebSocketTransport transport, Mono<CloseStatus> closeStatus) {

	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		static final BlockingQueue<Seen> SEEN = new LinkedBlockingQueue<>();

		@Bean
		@WebSocketMapping("/rooms/{room}")
		WebSocketHandler room() {
			return (session) -> {
				SEEN.add(new Seen(session.getId(), WebSocketTransport.of(session), session.closeStatus()));
				return session.send(session.receive()
					.map(WebSocketMessage::getPayloadAsText)
					.startWith("hello")
					.map(session::textMessage));
			};
		}

		@Bean
		WebFilter authentication() {
			return (exchange, chain) -> {
				String user = exchange.getRequest().getHeaders().getFirst("x-user");
				Principal principal = () -> user;
				return chain
					.filter((user != null) ? exchange.mutate().principal(Mono.just(principal)).build() : exchange);
			};
		}

	}

}
