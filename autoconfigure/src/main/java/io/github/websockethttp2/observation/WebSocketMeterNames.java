package io.github.websockethttp2.observation;

/**
 * The names of meters and the keys of their tags, declared once.
 */
public final class WebSocketMeterNames {

	/**
	 * Name of the counter of handshakes that have been decided, which has the tags
	 * {@link #URI}, {@link #PROTOCOL}, {@link #OUTCOME} and {@link #REASON}.
	 */
	public static final String HANDSHAKES = "websocket.server.handshakes";

	/**
	 * Name of the gauge of open sessions, which has the tags {@link #URI} and
	 * {@link #PROTOCOL}.
	 */
	public static final String ACTIVE = "websocket.server.sessions.active";

	/**
	 * Name of the timer of ended sessions, which records how long they were open and has
	 * the tags {@link #URI}, {@link #PROTOCOL} and {@link #STATUS}.
	 */
	public static final String ENDED = "websocket.server.sessions";

	/**
	 * Name of the counter of text and binary messages, which has the tags {@link #URI},
	 * {@link #PROTOCOL} and {@link #DIRECTION}.
	 */
	public static final String MESSAGES = "websocket.server.messages";

	/**
	 * Name of the counter of the messages' bytes, uncompressed and without framing, which
	 * has the same tags.
	 */
	public static final String PAYLOAD = "websocket.server.payload";

	/**
	 * Name of the gauge of bytes that wait to be sent, which has the tags {@link #URI}
	 * and {@link #PROTOCOL}.
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
	 * {@link #PROTOCOL}.
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
	 * Name of the gauge of open connections of clients, which has the tags
	 * {@link #ENDPOINT} and {@link #PROTOCOL}.
	 */
	public static final String CLIENT_CONNECTIONS = "websocket.client.connections.active";

	/**
	 * Name of the gauge of open sockets of clients, which has the same tags.
	 */
	public static final String CLIENT_SOCKETS = "websocket.client.sockets.active";

	/**
	 * Name of the gauge of sockets that wait for a stream of an HTTP/2 connection, which
	 * has the tag {@link #ENDPOINT}.
	 */
	public static final String CLIENT_WAITING = "websocket.client.sockets.waiting";

	/**
	 * Name of the timer of such waits that are over, which has the same tag.
	 */
	public static final String CLIENT_WAITED = "websocket.client.sockets.waited";

	/**
	 * Name of the counter of fallbacks to HTTP/1.1, which has the tags {@link #ENDPOINT}
	 * and {@link #CAUSE}.
	 */
	public static final String CLIENT_FALLBACKS = "websocket.client.fallbacks";

	/**
	 * Name of the counter of handshakes that were repeated on another connection, which
	 * has the tag {@link #ENDPOINT}.
	 */
	public static final String CLIENT_RETRIES = "websocket.client.retries";

	/**
	 * Name of the counter of sockets that are opened again, which has the tags
	 * {@link #ENDPOINT} and {@link #CAUSE}.
	 */
	public static final String CLIENT_RECONNECTS = "websocket.client.reconnects";

	/**
	 * Name of the gauge of subscribers in topics.
	 */
	public static final String TOPIC_SUBSCRIBERS = "websocket.topic.subscribers";

	/**
	 * Name of the counter of messages of topics that have been sent, each counted for
	 * each subscriber.
	 */
	public static final String TOPIC_DELIVERED = "websocket.topic.delivered";

	/**
	 * Name of the counter of messages of topics that were dropped for subscribers that
	 * are slow.
	 */
	public static final String TOPIC_DROPPED = "websocket.topic.dropped";

	/**
	 * Name of the counter of subscribers of topics that were closed for being slow.
	 */
	public static final String TOPIC_CLOSED = "websocket.topic.closed";

	/**
	 * Name of the gauge that is 1 while topics reach other instances, and 0 otherwise.
	 */
	public static final String TOPIC_ENGINE_UP = "websocket.topic.engine.up";

	/**
	 * Name of the gauge of topics of other instances that are subscribed to.
	 */
	public static final String TOPIC_ENGINE_SUBSCRIPTIONS = "websocket.topic.engine.subscriptions";

	/**
	 * Name of the counter of messages that have been published to other instances.
	 */
	public static final String TOPIC_ENGINE_PUBLISHED = "websocket.topic.engine.published";

	/**
	 * Name of the counter of messages that could not be published, or may not have been.
	 */
	public static final String TOPIC_ENGINE_FAILED = "websocket.topic.engine.failed";

	/**
	 * Name of the gauge of messages that are being published.
	 */
	public static final String TOPIC_ENGINE_IN_FLIGHT = "websocket.topic.engine.inflight";

	/**
	 * Name of the counter of messages of other instances that have been received.
	 */
	public static final String TOPIC_ENGINE_RECEIVED = "websocket.topic.engine.received";

	/**
	 * Name of the counter of gaps, in each of which messages of other instances may have
	 * been missed.
	 */
	public static final String TOPIC_ENGINE_GAPS = "websocket.topic.engine.gaps";

	/**
	 * Name of the counter of subscribers who have got what they had missed.
	 */
	public static final String TOPIC_ENGINE_REPLAYS = "websocket.topic.engine.replays";

	/**
	 * Name of the counter of subscribers who could not get what they had missed.
	 */
	public static final String TOPIC_ENGINE_REPLAYS_REFUSED = "websocket.topic.engine.replays.refused";

	/**
	 * Tag with the server of a client, such as {@code wss://example.com}, or
	 * {@code OTHER} if there are too many.
	 */
	public static final String ENDPOINT = "endpoint";

	/**
	 * Tag with the cause of a fallback, which is the name of a
	 * {@link io.github.websockethttp2.client.FallbackCause}, or of a reconnect, which is
	 * its {@link io.github.websockethttp2.client.Reconnect#reason() reason}.
	 */
	public static final String CAUSE = "cause";

	/**
	 * Tag with the path pattern, such as {@code /rooms/{room}}, or {@link #UNKNOWN}.
	 */
	public static final String URI = "uri";

	/**
	 * Tag with the HTTP version, such as {@code HTTP/2}.
	 */
	public static final String PROTOCOL = "protocol";

	/**
	 * Tag with the direction: {@code received} or {@code sent}.
	 */
	public static final String DIRECTION = "direction";

	/**
	 * Tag with what became of it: {@code accepted} or {@code refused}.
	 */
	public static final String OUTCOME = "outcome";

	/**
	 * Tag with the reason: of a refusal, such as {@code origin}, or {@link #NONE}; of a
	 * wait, such as {@code stream-window}; or the name of an HTTP/2 error code.
	 */
	public static final String REASON = "reason";

	/**
	 * Tag with the close code (RFC 6455, section 7.4), such as {@code 1000}; from 3001 on
	 * {@code 3xxx} or {@code 4xxx}.
	 */
	public static final String STATUS = "status";

	/**
	 * Value of a tag that is not known.
	 */
	public static final String UNKNOWN = "UNKNOWN";

	/**
	 * Value of a tag where there is nothing to tell.
	 */
	public static final String NONE = "none";

	private WebSocketMeterNames() {
	}

	static String uri(String pathPattern) {
		return (!pathPattern.isEmpty()) ? pathPattern : UNKNOWN;
	}

}
