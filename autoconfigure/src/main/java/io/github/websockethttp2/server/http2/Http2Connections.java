package io.github.websockethttp2.server.http2;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.github.websockethttp2.session.ConnectionDraining;
import io.github.websockethttp2.session.ServerTraffic;
import io.github.websockethttp2.transport.ConnectionWindow;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2CodecUtil;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.Http2SettingsSpec;

/**
 * The HTTP/2 connections of the server. Thread-safe.
 */
public final class Http2Connections implements ConnectionDraining {

	/** The defaults of Netty's codec. */
	private static final int DEFAULT_MAX_RESETS = 200;

	private static final int DEFAULT_MAX_RESETS_SECONDS = 30;

	private final ConnectionSettings settings;

	private final Supplier<@Nullable ServerTraffic> traffic;

	private final Set<Http2ConnectionHandler> connections = ConcurrentHashMap.newKeySet();

	/**
	 * Create the connections of a server.
	 * @param settings the settings of the connections
	 * @param traffic supplies what counts what the connections do, or {@code null} if
	 * nobody wants to know
	 */
	public Http2Connections(ConnectionSettings settings, Supplier<@Nullable ServerTraffic> traffic) {
		this.settings = settings;
		this.traffic = traffic;
	}

	/**
	 * Checks that connections can have the configured window.
	 * @param http2 the complete HTTP/2 settings of the server
	 * @throws IllegalStateException if they cannot
	 */
	public void check(Http2SettingsSpec http2) {
		Integer size = this.settings.windowSize();
		int least = ConnectionWindow.least(streamWindow(http2));
		if (size != null && size < least) {
			throw new IllegalStateException("websocket.http2.connection-window-size is " + size
					+ "B, but must be at least " + least + "B where the window of a stream is " + streamWindow(http2)
					+ "B, as a customizer has set it");
		}
	}

	private static int streamWindow(Http2SettingsSpec http2) {
		Integer streamWindow = http2.initialWindowSize();
		return (streamWindow != null) ? streamWindow : Http2CodecUtil.DEFAULT_WINDOW_SIZE;
	}

	/**
	 * Prepares a new connection, which may turn out to speak HTTP/2.
	 * @param channel the connection
	 * @param http2 the complete HTTP/2 settings of the server
	 * @param idleTimeout the server's idle timeout, or {@code null} if it has none
	 */
	public void prepare(Channel channel, Http2SettingsSpec http2, @Nullable Duration idleTimeout) {
		boolean offered = Boolean.TRUE.equals(http2.connectProtocolEnabled());
		long streams = http2.maxConcurrentStreams();
		ConnectionWindow window = (offered)
				? ConnectionWindow.of(this.settings.windowSize(), streamWindow(http2), streams)
				: new ConnectionWindow(Http2CodecUtil.DEFAULT_WINDOW_SIZE, 0);
		IdleTimeout idle = new IdleTimeout(idleTimeout, http2.pingAckTimeout(), http2.pingAckDropThreshold());
		ConnectionTerms terms = new ConnectionTerms(offered, this.settings, window, this.settings.maxSessions(streams),
				idle, resets(http2), this.traffic.get());
		UnfinishedUpgradeHandler.addTo(channel.pipeline());
		channel.pipeline().addLast(new Http2ConnectionInstaller(terms, this.connections));
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

	@Override
	public boolean goAway(String connectionId) {
		for (Http2ConnectionHandler connection : this.connections) {
			if (connection.id().equals(connectionId)) {
				connection.goAway();
				return true;
			}
		}
		return false;
	}

}
