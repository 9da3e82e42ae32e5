package io.github.websockethttp2.channel;

import io.github.websockethttp2.session.SessionTraffic;
import org.jspecify.annotations.Nullable;

/**
 * The rest of a session for tests of its output: wants to know nothing.
 */
class UnwatchedOutbound implements OutboundListener {

	@Override
	public void threw(Throwable thrown) {
	}

	@Override
	public void writeFailed(Throwable cause) {
	}

	@Override
	public @Nullable SlowSessions slowSessions() {
		return null;
	}

	@Override
	public @Nullable SessionTraffic traffic() {
		return null;
	}

	@Override
	public void slow(boolean slow) {
	}

}
