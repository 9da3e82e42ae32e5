package io.github.websockethttp2.stream;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.websockethttp2.session.SessionBudget;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2CodecUtil;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.Http2SettingsSpec;

/**
 * The HTTP/2 connections of the server. Safe for use from any thread.
 */
public final class Http2Connections {

	/** What Netty's codec has if nothing is set. */
	private static final int DEFAULT_MAX_RESETS = 200;

	private static final int DEFAULT_MAX_RESETS_SECONDS = 30;

	private final StreamSettings settings;

	private final Set<Http2ConnectionHandler> connections = ConcurrentHashMap.newKeySet();

	/**
	 * Create the connections of a server.
	 * @param settings what they are held to
	 */
	public Http2Connections(StreamSettings settings) {
		this.settings = settings;
	}

	/**
	 * Prepares a new connection for the case that it turns out to speak HTTP/2.
	 * @param channel the connection
	 * @param http2 the HTTP/2 settings of the server, with all that it sends
	 * @param idleTimeout the server's idle timeout, or {@code null} if it has none
	 */
	public void prepare(Channel channel, Http2SettingsSpec http2, @Nullable Duration idleTimeout) {
		long streams = http2.maxConcurrentStreams();
		Integer streamWindow = http2.initialWindowSize();
		ConnectionWindow window = ConnectionWindow.of(this.settings.connectionWindowSize(),
				(streamWindow != null) ? streamWindow : Http2CodecUtil.DEFAULT_WINDOW_SIZE, streams);
		SessionBudget budget = new SessionBudget(this.settings.maxSessions(streams));
		IdleTimeout idle = new IdleTimeout(idleTimeout, http2.pingAckTimeout(), http2.pingAckDropThreshold());
		UnfinishedUpgradeHandler.addTo(channel.pipeline());
		channel.pipeline()
			.addLast(new Http2ConnectionInstaller(this, this.settings, window, budget, idle, resets(http2)));
	}

	private static FrameLimit resets(Http2SettingsSpec http2) {
		Integer max = http2.maxDecodedRstFramesPerWindow();
		Integer seconds = http2.maxDecodedRstFramesSecondsPerWindow();
		return (max != null && seconds != null) ? new FrameLimit(max, seconds)
				: new FrameLimit(DEFAULT_MAX_RESETS, DEFAULT_MAX_RESETS_SECONDS);
	}

	/**
	 * Tells all clients to open no more streams (RFC 9113, section 6.8).
	 */
	public void goAway() {
		this.connections.forEach(Http2ConnectionHandler::goAway);
	}

	void add(Http2ConnectionHandler connection) {
		this.connections.add(connection);
	}

	void remove(Http2ConnectionHandler connection) {
		this.connections.remove(connection);
	}

}
