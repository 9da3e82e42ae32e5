package io.github.websockethttp2.security;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.SessionListener;
import io.github.websockethttp2.session.SessionRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.reactive.socket.CloseStatus;

/**
 * Closes each session with status 3000 when the credentials with which it was opened
 * expire. A session costs a timer while it is open if its credentials expire, and nothing
 * otherwise.
 */
public final class TokenExpiryClosing implements SessionListener, SmartInitializingSingleton, DisposableBean {

	private static final Log logger = LogFactory.getLog(TokenExpiryClosing.class);

	private static final CloseStatus EXPIRED = Unauthorized.because("Token expired");

	/** Longer than any server runs. */
	private static final Duration NEVER = Duration.ofDays(36_500);

	private final SessionRegistry sessions;

	private final PrincipalExpiry expiry;

	private final Scheduler scheduler;

	private final Map<String, Disposable> timers = new ConcurrentHashMap<>();

	/**
	 * Create the closing.
	 * @param sessions the sessions to close
	 * @param expiry determines when the credentials expire
	 * @param scheduler runs the timers, and provides their clock
	 */
	public TokenExpiryClosing(SessionRegistry sessions, PrincipalExpiry expiry, Scheduler scheduler) {
		this.sessions = sessions;
		this.expiry = expiry;
		this.scheduler = scheduler;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.sessions.addListener(this);
	}

	@Override
	public void opened(LiveSession session) {
		try {
			session.getHandshakeInfo()
				.getPrincipal()
				.flatMap((principal) -> Mono.justOrEmpty(this.expiry.expiresAt(principal)))
				.subscribe((expiresAt) -> closeAt(expiresAt, session), (ex) -> closeNow(ex, session));
		}
		catch (Throwable ex) {
			// Reactor rethrows some exceptions, such as a missing class
			closeNow(ex, session);
		}
	}

	@Override
	public void ended(LiveSession session) {
		Disposable timer = this.timers.remove(session.getId());
		if (timer != null) {
			timer.dispose();
		}
	}

	private void closeAt(Instant expiresAt, LiveSession session) {
		Duration delay = Duration.between(Instant.ofEpochMilli(this.scheduler.now(TimeUnit.MILLISECONDS)), expiresAt);
		if (delay.compareTo(NEVER) > 0) {
			return;
		}
		long millis = (delay.isNegative()) ? 0 : delay.toMillis();
		this.timers.put(session.getId(),
				this.scheduler.schedule(() -> close(session, EXPIRED), millis, TimeUnit.MILLISECONDS));
		if (this.sessions.get(session.getId()) != session) {
			// It has already ended
			ended(session);
		}
	}

	/**
	 * Closes a session at once whose expiry is unknown: it must not stay open forever.
	 */
	private static void closeNow(Throwable ex, LiveSession session) {
		logger.warn("Closing session " + session.getId() + ", since the expiry of its principal is unknown", ex);
		close(session, CloseStatus.SERVER_ERROR);
	}

	private static void close(LiveSession session, CloseStatus status) {
		// This fails if the server is down, and the session with it
		session.close(status).onErrorComplete().subscribe();
	}

	@Override
	public void destroy() {
		this.sessions.removeListener(this);
		this.timers.values().forEach(Disposable::dispose);
		this.timers.clear();
	}

}
