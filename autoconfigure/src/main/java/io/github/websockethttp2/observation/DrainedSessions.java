package io.github.websockethttp2.observation;

import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.SessionListener;
import io.github.websockethttp2.session.SessionRegistry;

import org.springframework.web.reactive.socket.CloseStatus;

/**
 * Counts the sessions that end with status 1001 while the server shuts down.
 */
final class DrainedSessions implements SessionListener {

	private final SessionRegistry sessions;

	private final TrafficCounts counts;

	DrainedSessions(SessionRegistry sessions, TrafficCounts counts) {
		this.sessions = sessions;
		this.counts = counts;
	}

	@Override
	public void opened(LiveSession session) {
		// Not drained yet
	}

	@Override
	public void ended(LiveSession session) {
		if (this.sessions.isDraining()) {
			session.closeStatus()
				.filter((status) -> status.getCode() == CloseStatus.GOING_AWAY.getCode())
				.subscribe((status) -> this.counts.drained(session));
		}
	}

}
