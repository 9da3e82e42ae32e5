package io.github.websockethttp2.server;

import io.github.websockethttp2.channel.SessionLife;
import io.github.websockethttp2.channel.SlowSessions;
import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.ServerTraffic;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.session.SessionTraffic;
import io.netty.channel.EventLoop;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.AbortedException;

import org.springframework.web.reactive.socket.CloseStatus;

/**
 * Enters the sessions of the server, takes them out when they end, and logs why their
 * handlers fail. Safe for use from any thread.
 */
final class RegisteredSessions implements SessionLife {

	private static final Log logger = LogFactory.getLog(RegisteredSessions.class);

	private final SessionRegistry registry;

	private final HandlerFailures failures = new HandlerFailures();

	private final SlowSessions slowSessions;

	RegisteredSessions(SessionRegistry registry) {
		this.registry = registry;
		this.slowSessions = new SlowSessions(registry.getSlowAfter());
	}

	@Override
	public void opened(LiveSession session) {
		this.registry.opened(session);
	}

	/**
	 * A session may have been admitted before the server began to go down, and opened
	 * after.
	 */
	@Override
	public void started(LiveSession session) {
		if (this.registry.isDraining()) {
			session.close(CloseStatus.GOING_AWAY).onErrorComplete().subscribe();
		}
	}

	@Override
	public @Nullable SessionTraffic traffic(LiveSession session, EventLoop eventLoop) {
		ServerTraffic traffic = this.registry.getTraffic();
		return (traffic != null) ? traffic.of(session, eventLoop) : null;
	}

	@Override
	public SlowSessions slowSessions() {
		return this.slowSessions;
	}

	@Override
	public void slow(LiveSession session, boolean slow) {
		this.registry.emitSlow(session, slow);
	}

	@Override
	public void ended(LiveSession session) {
		this.registry.remove(session);
	}

	@Override
	public void tell(LiveSession session) {
		this.registry.emitClosed(session);
	}

	@Override
	public void handlerCompleted() {
		// As it should
	}

	@Override
	public void handlerThrew(Throwable thrown) {
		// Has been logged where it was caught
	}

	@Override
	public void handlerFailed(Throwable error, boolean open) {
		if (!open || error instanceof AbortedException) {
			logger.debug("Handler ended after its session: " + error);
		}
		else {
			this.failures.log(error);
		}
	}

}
