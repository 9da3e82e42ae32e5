package io.github.websockethttp2.session;

import java.util.concurrent.Executor;

/**
 * Counts what the sessions of a server and its HTTP/2 connections do. Called on any event
 * loop.
 */
public interface ServerTraffic {

	/**
	 * Returns what counts for a session that has opened.
	 * @param session the session
	 * @param eventLoop the event loop that runs it
	 * @return what counts for this session and others like it
	 */
	SessionTraffic of(LiveSession session, Executor eventLoop);

	/**
	 * A connection has begun to speak HTTP/2.
	 */
	void connectionOpened();

	/**
	 * A connection that spoke HTTP/2 has been closed.
	 */
	void connectionClosed();

	/**
	 * A session has opened on an HTTP/2 connection.
	 * @param sessions how many sessions the connection has now
	 * @param streams how many streams it has now, with and without a session
	 */
	void sessionOpened(int sessions, int streams);

	/**
	 * The peer of an HTTP/2 connection has not answered a PING in time.
	 */
	void heartbeatLost();

	/**
	 * A stream has been reset (RFC 9113, section 6.4).
	 * @param direction which way the frame went
	 * @param errorCode the name of the error code, from a closed set
	 */
	void reset(Direction direction, String errorCode);

	/**
	 * A connection has been told to open no more streams (RFC 9113, section 6.8).
	 * @param direction which way the frame went
	 * @param errorCode the name of the error code, from a closed set
	 */
	void goAway(Direction direction, String errorCode);

	/**
	 * Which way a message or frame went.
	 */
	enum Direction {

		/** From a client. */
		RECEIVED("received"),

		/** To a client. */
		SENT("sent");

		private final String text;

		Direction(String text) {
			this.text = text;
		}

		@Override
		public String toString() {
			return this.text;
		}

	}

}
