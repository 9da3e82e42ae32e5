package io.github.websockethttp2.transport;

import io.github.websockethttp2.session.SessionPermit;

/**
 * What a connection does for all its sessions together. Called on the connection's event
 * loop.
 */
public interface SessionConnection {

	/** A connection with a single session, which does everything itself. */
	SessionConnection OF_ONE_SESSION = new SessionConnection() {

		@Override
		public void sessionOpened(int streamId, SessionPermit permit) {
		}

		@Override
		public void sessionEnded() {
		}

	};

	/**
	 * A session has begun on a stream.
	 * @param streamId the stream
	 * @param permit its place in the budgets
	 */
	void sessionOpened(int streamId, SessionPermit permit);

	/**
	 * A session has ended.
	 */
	void sessionEnded();

}
