package io.github.websockethttp2.observation;

/**
 * The names of the meters of messages, frames and connections, and the keys of their
 * tags.
 */
public final class TrafficMeterNames {

	/**
	 * Name of the counter of text and binary messages, which has the tags
	 * {@link SessionMeters#URI}, {@link SessionMeters#PROTOCOL} and {@link #DIRECTION}.
	 */
	public static final String MESSAGES = "websocket.server.messages";

	/**
	 * Name of the counter of the messages' bytes, uncompressed and without framing, which
	 * has the same tags.
	 */
	public static final String PAYLOAD = "websocket.server.payload";

	/**
	 * Name of the gauge of bytes that wait to be sent, which has the tags
	 * {@link SessionMeters#URI} and {@link SessionMeters#PROTOCOL}.
	 */
	public static final String BUFFERED = "websocket.server.buffered";

	/**
	 * Name of the gauge of bytes that wait in the session with the most of them, which
	 * has the same tags.
	 */
	public static final String BUFFERED_MAX = "websocket.server.buffered.max";

	/**
	 * Name of the gauge of slow sessions, which has the same tags.
	 */
	public static final String SLOW = "websocket.server.sessions.slow";

	/**
	 * Name of the counter of seconds in which bytes of a session waited to be sent, which
	 * has the same tags and {@link #REASON}.
	 */
	public static final String WAITED = "websocket.server.sessions.waited";

	/**
	 * Name of the counter of sessions that a shutdown of the server has closed, which has
	 * the same tags without a reason.
	 */
	public static final String DRAINED = "websocket.server.sessions.drained";

	/**
	 * Name of the counter of pings that were not answered, since another came before
	 * there was room for the answer. It has the same tags.
	 */
	public static final String DROPPED_PINGS = "websocket.server.pings.dropped";

	/**
	 * Name of the counter of peers that did not answer a ping in time, which has the tag
	 * {@link SessionMeters#PROTOCOL}.
	 */
	public static final String LOST_HEARTBEATS = "websocket.server.heartbeats.lost";

	/**
	 * Name of the gauge of open HTTP/2 connections.
	 */
	public static final String CONNECTIONS = "websocket.server.connections.active";

	/**
	 * Name of the summary of how many sessions an HTTP/2 connection has, recorded when a
	 * session opens on it.
	 */
	public static final String CONNECTION_SESSIONS = "websocket.server.connections.sessions";

	/**
	 * Name of the summary of how many streams an HTTP/2 connection has, recorded when a
	 * session opens on it.
	 */
	public static final String CONNECTION_STREAMS = "websocket.server.connections.streams";

	/**
	 * Name of the counter of HTTP/2 streams that were reset, which has the tags
	 * {@link #DIRECTION} and {@link #REASON}.
	 */
	public static final String RESETS = "websocket.server.resets";

	/**
	 * Name of the counter of GOAWAY frames, which has the same tags.
	 */
	public static final String GOAWAYS = "websocket.server.goaways";

	/**
	 * Tag with the direction: {@code received} or {@code sent}.
	 */
	public static final String DIRECTION = "direction";

	/**
	 * Tag with the reason, such as {@code stream-window} or the name of an HTTP/2 error
	 * code.
	 */
	public static final String REASON = "reason";

	private TrafficMeterNames() {
	}

}
