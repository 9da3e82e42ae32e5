package io.github.websockethttp2.security;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.testsupport.Close;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.authentication.logout.DelegatingServerLogoutHandler;
import org.springframework.security.web.server.authentication.logout.SecurityContextServerLogoutHandler;
import org.springframework.security.web.server.authentication.logout.ServerLogoutHandler;
import org.springframework.security.web.server.authentication.logout.WebSessionServerLogoutHandler;
import org.springframework.security.web.server.context.WebSessionServerSecurityContextRepository;
import org.springframework.security.web.server.util.matcher.PathPatternParserServerWebExchangeMatcher;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link LogoutClosing}: {@code websocket.http2.security.close-on-logout}.
 */
class LogoutClosingTests {

	private static final String ALICE = basic("alice");

	private static final String BOB = basic("bob");

	@RegisterExtension
	static final TestServers servers = new TestServers(Application.class, TestServer.WITH_SECURITY,
			"websocket.http2.security.close-on-logout=true");

	@RegisterExtension
	static final TestServers unaskedServers = new TestServers(Application.class, TestServer.WITH_SECURITY);

	private static String basic(String user) {
		return "Basic " + Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.ISO_8859_1));
	}

	@ParameterizedTest
	@EnumSource
	void whenUserLogsOutThenSessionsOfTheirWebSessionAreClosed(Transport transport) {
		String cookie = login(servers, transport, "authorization", ALICE);
		String otherBrowser = login(servers, transport, "authorization", ALICE);
		String otherUser = login(servers, transport, "authorization", BOB);
		try (WebSocketConnection first = servers.connect(transport);
				WebSocketConnection second = servers.connect(transport);
				WebSocketConnection third = servers.connect(transport)) {
			Opened socket = open(first, "/web/socket", "cookie", cookie);
			Opened socketOfOtherBrowser = open(second, "/web/socket", "cookie", otherBrowser);
			Opened socketOfOtherUser = open(third, "/web/socket", "cookie", otherUser);
			logout(servers, transport, "/web/logout", "cookie", cookie);
			assertLoggedOut(socket);
			assertOpen(socketOfOtherBrowser);
			assertOpen(socketOfOtherUser);
		}
	}

	/**
	 * With each login a web session gets another id.
	 */
	@ParameterizedTest
	@EnumSource
	void whenWebSessionHasGotAnotherIdThenItsSessionsAreClosed(Transport transport) {
		String cookie = login(servers, transport, "authorization", ALICE);
		try (WebSocketConnection connection = servers.connect(transport)) {
			Opened socket = open(connection, "/web/socket", "cookie", cookie);
			String changed = login(servers, transport, "authorization", ALICE, "cookie", cookie);
			assertThat(changed).isNotEqualTo(cookie);
			logout(servers, transport, "/web/logout", "cookie", changed);
			assertLoggedOut(socket);
		}
	}

	@ParameterizedTest
	@EnumSource
	void whenThereIsNoWebSessionThenSessionsOfTheUserAreClosed(Transport transport) {
		try (WebSocketConnection first = servers.connect(transport);
				WebSocketConnection second = servers.connect(transport)) {
			Opened socket = open(first, "/socket", "authorization", ALICE);
			Opened socketOfOtherUser = open(second, "/socket", "authorization", BOB);
			logout(servers, transport, "/logout", "authorization", ALICE);
			assertLoggedOut(socket);
			assertOpen(socketOfOtherUser);
		}
	}

	@ParameterizedTest
	@EnumSource
	void whenHandshakeHadNoWebSessionThenLogoutFromOneClosesIt(Transport transport) {
		String cookie = login(servers, transport, "authorization", ALICE);
		try (WebSocketConnection connection = servers.connect(transport)) {
			Opened socket = open(connection, "/socket", "authorization", ALICE);
			logout(servers, transport, "/web/logout", "cookie", cookie);
			assertLoggedOut(socket);
		}
	}

	/**
	 * All who have not logged in have the same name.
	 */
	@ParameterizedTest
	@EnumSource
	void whenNobodyHasLoggedInThenLogoutClosesNothing(Transport transport) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			Opened socket = open(connection, "/open/socket");
			logout(servers, transport, "/open/logout");
			assertOpen(socket);
		}
	}

	@ParameterizedTest
	@EnumSource
	void whenWebSessionIsInvalidatedFirstThenItsSessionsAreClosed(Transport transport) {
		String cookie = login(servers, transport, "authorization", ALICE);
		try (WebSocketConnection connection = servers.connect(transport)) {
			Opened socket = open(connection, "/web/socket", "cookie", cookie);
			logout(servers, transport, "/web/replaced/logout", "cookie", cookie);
			assertLoggedOut(socket);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void whenNobodyAsksForItThenSessionsStayOpen(Transport transport) {
		String cookie = login(unaskedServers, transport, "authorization", ALICE);
		try (WebSocketConnection connection = unaskedServers.connect(transport)) {
			Opened socket = open(connection, "/web/socket", "cookie", cookie);
			logout(unaskedServers, transport, "/web/logout", "cookie", cookie);
			assertOpen(socket);
		}
	}

	private static String login(TestServers servers, Transport transport, String... headers) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			String cookie = connection.request("GET", "/web/page", headers).header("set-cookie");
			assertThat(cookie).startsWith("SESSION=");
			return cookie.substring(0, cookie.indexOf(';'));
		}
	}

	private static void logout(TestServers servers, Transport transport, String path, String... headers) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			assertThat(connection.request("POST", path, headers).status()).isEqualTo(302);
		}
	}

	private static Opened open(WebSocketConnection connection, String path, String... headers) {
		WebSocketStream socket = connection.open(path, headers);
		return new Opened(socket, socket.awaitText());
	}

	private static void assertOpen(Opened session) {
		session.socket().sendText("still there?");
		assertThat(session.socket().awaitText()).isEqualTo("still there?");
	}

	private static void assertLoggedOut(Opened session) {
		assertThat(session.socket().awaitClose()).isEqualTo(new Close(3000, "Logged out"));
		await().untilAsserted(
				() -> assertThat(Application.CLOSED).containsEntry(session.id(), new CloseStatus(3000, "Logged out")));
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void whenSessionsAreClosedThenTheyLeaveTheRegistry(Transport transport) {
		WebSocketSessions sessions = servers.server(transport).bean(WebSocketSessions.class);
		await().until(() -> sessions.getCount() == 0);
		try (WebSocketConnection connection = servers.connect(transport)) {
			Opened socket = open(connection, "/socket", "authorization", ALICE);
			logout(servers, transport, "/logout", "authorization", ALICE);
			assertLoggedOut(socket);
			socket.socket().sendClose(3000, "");
			await().until(() -> sessions.getCount() == 0);
		}
	}

	/**
	 * A session as its client and its handler know it.
	 */
	record Opened(WebSocketStream socket, String id) {

	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		static final Map<String, CloseStatus> CLOSED = new ConcurrentHashMap<>();

		@Bean
		@WebSocketMapping({ "/socket", "/web/socket", "/open/socket" })
		WebSocketHandler handler() {
			return (session) -> {
				session.closeStatus().subscribe((status) -> CLOSED.put(session.getId(), status));
				return session.send(session.receive()
					.map((message) -> session.textMessage(message.getPayloadAsText()))
					.startWith(Mono.fromSupplier(() -> session.textMessage(session.getId()))));
			};
		}

		@Bean
		@Order(0)
		SecurityWebFilterChain withAnonymousUsers(ServerHttpSecurity http) {
			return http.securityMatcher(new PathPatternParserServerWebExchangeMatcher("/open/**"))
				.anonymous(Customizer.withDefaults())
				.authorizeExchange((exchanges) -> exchanges.anyExchange().permitAll())
				.csrf(ServerHttpSecurity.CsrfSpec::disable)
				.logout((logout) -> logout.logoutUrl("/open/logout"))
				.build();
		}

		@Bean
		@Order(0)
		SecurityWebFilterChain withItsOwnLogoutHandlers(ServerHttpSecurity http,
				ObjectProvider<LogoutClosing> logoutClosing) {
			List<ServerLogoutHandler> handlers = new ArrayList<>(
					List.of(new SecurityContextServerLogoutHandler(), new WebSessionServerLogoutHandler()));
			logoutClosing.ifAvailable(handlers::add);
			return http.securityMatcher(new PathPatternParserServerWebExchangeMatcher("/web/replaced/**"))
				.securityContextRepository(new WebSessionServerSecurityContextRepository())
				.authorizeExchange((exchanges) -> exchanges.anyExchange().authenticated())
				.csrf(ServerHttpSecurity.CsrfSpec::disable)
				.logout((logout) -> logout.logoutUrl("/web/replaced/logout")
					.logoutHandler(new DelegatingServerLogoutHandler(handlers)))
				.build();
		}

		/**
		 * Keeps who has logged in in the web session, as a login form does.
		 */
		@Bean
		@Order(1)
		SecurityWebFilterChain withWebSession(ServerHttpSecurity http) {
			return http.securityMatcher(new PathPatternParserServerWebExchangeMatcher("/web/**"))
				.securityContextRepository(new WebSessionServerSecurityContextRepository())
				.authorizeExchange((exchanges) -> exchanges.anyExchange().authenticated())
				.csrf(ServerHttpSecurity.CsrfSpec::disable)
				.httpBasic(Customizer.withDefaults())
				.logout((logout) -> logout.logoutUrl("/web/logout"))
				.build();
		}

		@Bean
		@Order(2)
		SecurityWebFilterChain withoutWebSession(ServerHttpSecurity http) {
			return http.authorizeExchange((exchanges) -> exchanges.anyExchange().authenticated())
				.csrf(ServerHttpSecurity.CsrfSpec::disable)
				.httpBasic(Customizer.withDefaults())
				.build();
		}

		@Bean
		MapReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(
					User.withUsername("alice").password("{noop}secret").roles("USER").build(),
					User.withUsername("bob").password("{noop}secret").roles("USER").build());
		}

	}

}
