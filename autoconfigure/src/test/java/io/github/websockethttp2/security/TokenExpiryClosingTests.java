package io.github.websockethttp2.security;

import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.Close;
import io.github.websockethttp2.testsupport.FakeSession;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link TokenExpiryClosing}:
 * {@code websocket.http2.security.close-on-token-expiry}.
 */
class TokenExpiryClosingTests {

	private static final CloseStatus EXPIRED = new CloseStatus(3000, "Token expired");

	/**
	 * Who has sent an access token.
	 */
	private static Principal principal(@Nullable Instant expiresAt) {
		Instant issuedAt = (expiresAt != null) ? expiresAt.minusSeconds(3600) : null;
		return new TestingAuthenticationToken("alice",
				new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, "token", issuedAt, expiresAt));
	}

	@Nested
	class InVirtualTime {

		private final VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();

		private final SessionRegistry sessions = new SessionRegistry(10);

		private final TokenExpiryClosing closing = new TokenExpiryClosing(this.sessions, new OAuth2TokenExpiry(),
				this.scheduler);

		@BeforeEach
		void start() {
			this.closing.afterSingletonsInstantiated();
		}

		@AfterEach
		void stop() {
			this.closing.destroy();
			this.scheduler.dispose();
		}

		@Test
		void closesWhenTheTokenExpiresAndNotBefore() {
			FakeSession session = open(principal(Instant.ofEpochSecond(60)));
			this.scheduler.advanceTimeBy(Duration.ofMillis(59_999));
			assertThat(session.closedWith()).isNull();
			this.scheduler.advanceTimeBy(Duration.ofMillis(1));
			assertThat(session.closedWith()).isEqualTo(EXPIRED);
		}

		@Test
		void closesAtOnceWhenTheTokenHasExpired() {
			this.scheduler.advanceTimeBy(Duration.ofSeconds(60));
			FakeSession session = open(principal(Instant.ofEpochSecond(1)));
			this.scheduler.advanceTimeBy(Duration.ZERO);
			assertThat(session.closedWith()).isEqualTo(EXPIRED);
		}

		@Test
		void hasNoTimerForWhatDoesNotExpire() {
			open(principal(null));
			open(() -> "somebody");
			open(null);
			assertThat(this.scheduler.getScheduledTaskCount()).isZero();
		}

		@Test
		void givesTheTimerBackWhenTheSessionEnds() {
			FakeSession session = open(principal(Instant.ofEpochSecond(60)));
			this.sessions.ended(session);
			this.scheduler.advanceTimeBy(Duration.ofHours(1));
			assertThat(session.closedWith()).isNull();
		}

		@Test
		void givesTheTimersBackWhenTheApplicationEnds() {
			FakeSession session = open(principal(Instant.ofEpochSecond(60)));
			this.closing.destroy();
			this.scheduler.advanceTimeBy(Duration.ofHours(1));
			assertThat(session.closedWith()).isNull();
		}

		@Test
		void closesWhatCannotBeToldToExpire() {
			SessionRegistry sessions = new SessionRegistry(10);
			TokenExpiryClosing failing = new TokenExpiryClosing(sessions, (principal) -> {
				throw new IllegalStateException("As ordered");
			}, this.scheduler);
			failing.afterSingletonsInstantiated();
			for (int i = 0; i < 2; i++) {
				FakeSession session = new FakeSession(principal(null));
				sessions.opened(session);
				assertThat(session.closedWith()).isEqualTo(CloseStatus.SERVER_ERROR);
				sessions.ended(session);
			}
			failing.destroy();
		}

		@Test
		void closesWhateverSubscribersOfTheEventsThrow() {
			this.sessions.events().subscribe((event) -> {
				throw new NoClassDefFoundError("As ordered");
			});
			open(null);
			FakeSession session = open(principal(Instant.ofEpochSecond(60)));
			this.scheduler.advanceTimeBy(Duration.ofMinutes(1));
			assertThat(session.closedWith()).isEqualTo(EXPIRED);
		}

		@Test
		void closesWhatCannotBeToldToExpireForAnErrorThatReactorThrows() {
			SessionRegistry sessions = new SessionRegistry(10);
			TokenExpiryClosing failing = new TokenExpiryClosing(sessions, (principal) -> {
				throw new NoClassDefFoundError("As ordered");
			}, this.scheduler);
			failing.afterSingletonsInstantiated();
			FakeSession session = new FakeSession(principal(null));
			sessions.opened(session);
			assertThat(session.closedWith()).isEqualTo(CloseStatus.SERVER_ERROR);
			failing.destroy();
		}

		@Test
		void hasNoTimerForASessionThatHasEndedInTheMeantime() {
			FakeSession session = new FakeSession(principal(Instant.ofEpochSecond(60)));
			SessionRegistry sessions = new SessionRegistry(10);
			TokenExpiryClosing closing = new TokenExpiryClosing(sessions, new OAuth2TokenExpiry(), this.scheduler);
			closing.opened(session);
			this.scheduler.advanceTimeBy(Duration.ofHours(1));
			assertThat(session.closedWith()).isNull();
		}

		private FakeSession open(@Nullable Principal principal) {
			FakeSession session = new FakeSession(principal);
			this.sessions.opened(session);
			return session;
		}

	}

	@Nested
	class OfAServer {

		@RegisterExtension
		static final TestServers servers = new TestServers(Application.class,
				"websocket.http2.security.close-on-token-expiry=true");

		@RegisterExtension
		static final TestServers unaskedServers = new TestServers(Application.class);

		@ParameterizedTest
		@EnumSource
		void whenTokenExpiresThenSessionIsClosed(Transport transport) {
			try (WebSocketConnection connection = servers.connect(transport);
					WebSocketConnection another = servers.connect(transport)) {
				WebSocketStream lasting = open(another, Duration.ofHours(1));
				lasting.awaitText();
				WebSocketStream socket = open(connection, Duration.ofSeconds(2));
				String id = socket.awaitText();
				assertThat(socket.awaitClose()).isEqualTo(new Close(3000, "Token expired"));
				await().untilAsserted(() -> assertThat(Application.CLOSED).containsEntry(id, EXPIRED));
				lasting.sendText("still there?");
				assertThat(lasting.awaitText()).isEqualTo("still there?");
			}
		}

		@ParameterizedTest
		@EnumSource(names = { "H1", "H2C" })
		void whenNobodyAsksForItThenSessionStaysOpen(Transport transport) {
			try (WebSocketConnection connection = unaskedServers.connect(transport)) {
				WebSocketStream socket = open(connection, Duration.ZERO);
				socket.awaitText();
				socket.sendText("still there?");
				assertThat(socket.awaitText()).isEqualTo("still there?");
			}
		}

		private static WebSocketStream open(WebSocketConnection connection, Duration lifetime) {
			return connection.open("/socket", "x-expires", Instant.now().plus(lifetime).toString());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		static final Map<String, CloseStatus> CLOSED = new ConcurrentHashMap<>();

		@Bean
		@WebSocketMapping("/socket")
		WebSocketHandler handler() {
			return (session) -> {
				session.closeStatus().subscribe((status) -> CLOSED.put(session.getId(), status));
				return session.send(session.receive()
					.map((message) -> session.textMessage(message.getPayloadAsText()))
					.startWith(Mono.fromSupplier(() -> session.textMessage(session.getId()))));
			};
		}

		@Bean
		WebFilter authentication() {
			return (exchange, chain) -> {
				Instant expiresAt = Instant.parse(exchange.getRequest().getHeaders().getFirst("x-expires"));
				return chain.filter(exchange.mutate().principal(Mono.just(principal(expiresAt))).build());
			};
		}

	}

}
