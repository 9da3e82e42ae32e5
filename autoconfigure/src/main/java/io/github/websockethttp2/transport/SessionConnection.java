package io.github.websockethttp2.transport;

import io.github.websockethttp2.session.SessionPermit;

/**
 * What a connection does for all its sessions together. Called on its event loop.
 */
public interface SessionConnection {

	/** A connection with one session, which does everything by itself. */
	SessionConnection OF_ONE_SESSION = new SessionConnection() {

		@Override
		public void sessionOpened(int streamId, SessionPermit permit) {
		}

		@Override
		public void sessionClosed() {
		}

	};

	/**
	 * A session has begun on one of the streams.
	 * @param streamId the stream
	 * @param permit its place in the budgets
	 */
	void sessionOpened(int streamId, SessionPermit permit);

	/**
	 * A session has ended.
	 */
	void sessionClosed();

}
