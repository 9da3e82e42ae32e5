package io.github.websockethttp2.session;

import java.time.Duration;
import java.time.Instant;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.util.StringUtils;
import org.springframework.web.reactive.socket.CloseStatus;

/**
 * Logs the life of sessions: two lines for each. At DEBUG, since whoever opens sessions
 * makes it grow.
 */
final class SessionLog implements SessionListener {

	/** The name of the category, for the application's configuration. */
	static final String CATEGORY = "io.github.websockethttp2.sessions";

	private static final Log logger = LogFactory.getLog(CATEGORY);

	/** As long as the reason in a Close frame may be (RFC 6455, section 5.5). */
	private static final int MAX_REASON = 123;

	@Override
	public void opened(LiveSession session) {
		if (logger.isDebugEnabled()) {
			logger.debug("Session " + session.getId() + " opened: " + describe(session));
		}
	}

	@Override
	public void ended(LiveSession session) {
		if (logger.isDebugEnabled()) {
			Duration open = Duration.between(session.getOpenedAt(), Instant.now());
			session.closeStatus()
				.subscribe((status) -> logger.debug("Session " + session.getId() + " closed with " + describe(status)
						+ " after " + open.toMillis() + " ms: " + describe(session)));
		}
	}

	private static String describe(LiveSession session) {
		WebSocketTransport transport = session.getTransport();
		return session.getPathPattern() + " over " + transport.protocol()
				+ ((transport.streamId() != 0) ? ", stream " + transport.streamId() : "");
	}

	private static String describe(CloseStatus status) {
		String reason = status.getReason();
		return (StringUtils.hasLength(reason)) ? status.getCode() + " \"" + PrintableText.of(reason, MAX_REASON) + "\""
				: "" + status.getCode();
	}

}
