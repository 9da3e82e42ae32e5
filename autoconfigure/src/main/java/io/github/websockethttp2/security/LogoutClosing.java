package io.github.websockethttp2.security;

import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.WebSocketSessions;
import reactor.core.publisher.Mono;

import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.server.WebFilterExchange;
import org.springframework.security.web.server.authentication.logout.ServerLogoutHandler;
import org.springframework.web.reactive.socket.CloseStatus;

/**
 * Closes the sessions of a user who logs out, with status 3000. Sessions that were opened
 * in another web session, such as in another browser, stay open. Takes part in the logout
 * of every {@code SecurityWebFilterChain}. A chain that replaces the logout handlers has
 * to include it.
 */
public final class LogoutClosing implements ServerLogoutHandler {

	private static final CloseStatus LOGGED_OUT = Unauthorized.because("Logged out");

	private final WebSocketSessions sessions;

	/**
	 * Create a logout handler.
	 * @param sessions the sessions to close
	 */
	public LogoutClosing(WebSocketSessions sessions) {
		this.sessions = sessions;
	}

	/**
	 * Starts to close the sessions, without waiting for their peers.
	 */
	@Override
	public Mono<Void> logout(WebFilterExchange exchange, Authentication authentication) {
		if (authentication instanceof AnonymousAuthenticationToken) {
			// Nobody has logged out, and visitors who are not logged in share this name
			return Mono.empty();
		}
		return exchange.getExchange()
			.getSession()
			.doOnNext((webSession) -> close(authentication.getName(), WebSessionIdentity.of(webSession)))
			.then();
	}

	private void close(String user, WebSessionIdentity webSession) {
		for (LiveSession session : this.sessions.getAll()) {
			if (user.equals(session.getPrincipalName()) && !isOfAnother(session, webSession)) {
				session.close(LOGGED_OUT).onErrorComplete().subscribe();
			}
		}
	}

	private static boolean isOfAnother(LiveSession session, WebSessionIdentity webSession) {
		Object openedIn = session.getHandshakeInfo().getAttributes().get(LiveSession.WEB_SESSION_ATTRIBUTE);
		return openedIn != null && !openedIn.equals(webSession);
	}

}
