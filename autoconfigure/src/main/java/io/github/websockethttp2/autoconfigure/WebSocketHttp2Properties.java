package io.github.websockethttp2.autoconfigure;

import java.time.Duration;
import java.util.List;

import io.github.websockethttp2.channel.SessionSettings;
import io.github.websockethttp2.server.http2.ConnectionSettings;
import io.github.websockethttp2.server.http2.Http2ServerSettings;
import io.github.websockethttp2.topic.SlowConsumer;
import io.github.websockethttp2.transport.ConnectionWindow;
import io.github.websockethttp2.transport.HeartbeatSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties of WebSocket over HTTP/2.
 *
 * @param enabled Whether WebSocket handlers are served over HTTP/2 as well. If false,
 * they are served over HTTP/1.1 only, and everything else goes on.
 * @param allowedOrigins Origins, besides the server's own, whose pages may open
 * WebSockets, such as "https://app.example.com"; "*" for any.
 * @param allowedOriginPatterns Patterns of origins whose pages may open WebSockets, such
 * as "https://*.example.com".
 * @param handshakeTimeout How long security, filters and policies may take to decide a
 * handshake before it is refused with 503.
 * @param maxStreamsPerConnection How many HTTP/2 streams, ordinary requests and
 * WebSockets together, a client may have open at a time on a connection.
 * @param streamWindowSize How many bytes a client may send on a stream before the server
 * has consumed any. The window of a stream that is read as fast as it is filled grows up
 * to sixteen times.
 * @param connectionWindowSize How many unread bytes a client can make the server hold on
 * a connection. By default, the windows of all streams together, and 8MB more for windows
 * that grow. If it is less than the windows of all streams, sessions that do not read can
 * hold up others. At least twice stream-window-size, minus 64KB.
 * @param maxSessions How many WebSocket sessions the server may have open at a time, over
 * HTTP/1.1 and HTTP/2 together. Any more are refused with 503. Not limited by default.
 * @param maxSessionsPerConnection How many of the streams of an HTTP/2 connection may be
 * WebSocket sessions, so that page requests find a free one. By default, nine tenths of
 * the streams.
 * @param maxMessageSize How big a message may be, with all its fragments and after
 * decompression. A bigger one closes the session with status 1009.
 * @param closeTimeout How long a closing session waits for the peer's Close frame, and
 * then for the end of its stream, before the stream is reset.
 * @param maxClientResets How many streams a client may reset within 30 seconds before its
 * connection is closed.
 * @param slowAfter How long bytes may wait to be sent before their session counts as
 * slow, which an application hears of and may close it for. Zero if no session is to
 * count as slow.
 * @param compression Compression of messages (permessage-deflate).
 * @param heartbeat Pings that keep connections open and find peers that are gone.
 * @param observation What is observed besides handshakes.
 * @param security Whether sessions end with the login or the token that they were opened
 * with.
 * @param shutdown How sessions end when the server shuts down.
 * @param topics What happens to slow subscribers of topics.
 */
@ConfigurationProperties("websocket.http2")
public record WebSocketHttp2Properties(@DefaultValue("true") boolean enabled, @DefaultValue List<String> allowedOrigins,
		@DefaultValue List<String> allowedOriginPatterns, @DefaultValue("10s") Duration handshakeTimeout,
		@DefaultValue("128") int maxStreamsPerConnection, @DefaultValue("256KB") DataSize streamWindowSize,
		@Nullable DataSize connectionWindowSize, @Nullable Integer maxSessions,
		@Nullable Integer maxSessionsPerConnection, @DefaultValue("64KB") DataSize maxMessageSize,
		@DefaultValue("5s") Duration closeTimeout, @DefaultValue("3000") int maxClientResets,
		@DefaultValue("10s") Duration slowAfter, @DefaultValue Compression compression,
		@DefaultValue Heartbeat heartbeat, @DefaultValue Observation observation, @DefaultValue Security security,
		@DefaultValue Shutdown shutdown, @DefaultValue Topics topics) implements InitializingBean {

	private static final int RESETS_SECONDS = 30;

	/** Waiting sessions are looked at four times in it. */
	private static final Duration LEAST_SLOW_AFTER = Duration.ofMillis(100);

	private static final DataSize ONE_BYTE = DataSize.ofBytes(1);

	private static final Duration ONE_MILLISECOND = Duration.ofMillis(1);

	@Override
	public void afterPropertiesSet() {
		OriginProperties.check(this.allowedOrigins, this.allowedOriginPatterns);
		PropertyRange.check("handshake-timeout", this.handshakeTimeout, ONE_MILLISECOND);
		PropertyRange.check("max-streams-per-connection", this.maxStreamsPerConnection, 1);
		PropertyRange.check("stream-window-size", this.streamWindowSize, ONE_BYTE);
		PropertyRange.check("connection-window-size", this.connectionWindowSize,
				DataSize.ofBytes(ConnectionWindow.least(this.streamWindowSize.toBytes())));
		PropertyRange.check("max-sessions", this.maxSessions, 1);
		PropertyRange.check("max-sessions-per-connection", this.maxSessionsPerConnection, 1);
		PropertyRange.checkNotAbove("max-sessions-per-connection", this.maxSessionsPerConnection,
				"max-streams-per-connection", this.maxStreamsPerConnection);
		PropertyRange.check("max-message-size", this.maxMessageSize, ONE_BYTE);
		PropertyRange.check("close-timeout", this.closeTimeout, ONE_MILLISECOND);
		PropertyRange.check("max-client-resets", this.maxClientResets, 1);
		PropertyRange.check("slow-after", this.slowAfter, (this.slowAfter.isZero()) ? Duration.ZERO : LEAST_SLOW_AFTER);
		PropertyRange.check("heartbeat.interval", this.heartbeat.interval(), Duration.ZERO);
		PropertyRange.check("heartbeat.timeout", this.heartbeat.timeout(), ONE_MILLISECOND);
		PropertyRange.check("topics.buffer-size", this.topics.bufferSize(), ONE_BYTE);
		PropertyRange.check("shutdown.spread", this.shutdown.spread(), Duration.ZERO);
		HeartbeatTimeout.warnIfCut("websocket.http2", this.heartbeat.interval(), this.heartbeat.timeout());
	}

	Http2ServerSettings http2ServerSettings(@Nullable String switchedOffBy) {
		return new Http2ServerSettings(toInt(this.streamWindowSize), this.maxStreamsPerConnection, this.maxClientResets,
				RESETS_SECONDS, switchedOffBy);
	}

	ConnectionSettings connectionSettings() {
		Integer window = (this.connectionWindowSize != null) ? toInt(this.connectionWindowSize) : null;
		return new ConnectionSettings(window, this.maxSessionsPerConnection, this.closeTimeout, heartbeatSettings());
	}

	SessionSettings sessionSettings() {
		return new SessionSettings(toInt(this.maxMessageSize), this.closeTimeout, this.compression.enabled(),
				heartbeatSettings());
	}

	private HeartbeatSettings heartbeatSettings() {
		return new HeartbeatSettings(this.heartbeat.interval(), this.heartbeat.timeout(), this.heartbeat.sessionPing());
	}

	int sessionLimit() {
		return (this.maxSessions != null) ? this.maxSessions : Integer.MAX_VALUE;
	}

	private static int toInt(DataSize size) {
		return Math.toIntExact(size.toBytes());
	}

	/**
	 * Compression of messages (permessage-deflate).
	 *
	 * @param enabled Whether messages are compressed where the client offers it.
	 */
	public record Compression(@DefaultValue("false") boolean enabled) {

	}

	/**
	 * Pings that keep connections open and find peers that are gone.
	 *
	 * @param interval Time between two pings: an HTTP/2 PING for each connection, and a
	 * WebSocket ping for each session over HTTP/1.1. Zero for none.
	 * @param timeout How long after a ping a peer may be silent and take nothing of what
	 * waits to be sent. After that, its sessions end with status 1006 and its connection
	 * is closed.
	 * @param sessionPing Whether each session over HTTP/2 is pinged as well. A proxy
	 * answers the HTTP/2 PING itself, and passes a WebSocket ping on to the client.
	 */
	public record Heartbeat(@DefaultValue("30s") Duration interval, @DefaultValue("10s") Duration timeout,
			@DefaultValue("false") boolean sessionPing) {

	}

	/**
	 * What is observed besides handshakes.
	 *
	 * @param messages Whether each message is observed, which means a span in traces and
	 * a timer for each path.
	 */
	public record Observation(@DefaultValue("false") boolean messages) {

	}

	/**
	 * Whether sessions end with the login or the token that they were opened with.
	 *
	 * @param closeOnLogout Whether the sessions of a user who logs out through Spring
	 * Security are closed with status 3000.
	 * @param closeOnTokenExpiry Whether a session is closed with status 3000 when the
	 * OAuth 2.0 token that it was opened with expires.
	 */
	public record Security(@DefaultValue("false") boolean closeOnLogout,
			@DefaultValue("false") boolean closeOnTokenExpiry) {

	}

	/**
	 * How sessions end when the server shuts down.
	 *
	 * @param spread Time over which a graceful shutdown closes the sessions with status
	 * 1001, one after another, so that clients do not all reconnect at once.
	 */
	public record Shutdown(@DefaultValue("5s") Duration spread) {

	}

	/**
	 * What happens to slow subscribers of topics.
	 *
	 * @param bufferSize How many bytes of a topic may wait for a subscriber, before it
	 * counts as too slow. A bigger message may wait alone.
	 * @param slowConsumer What is done if more would have to wait: the session is closed
	 * with status 1013, or messages are dropped. An application can decide otherwise for
	 * each topic and subscriber.
	 */
	public record Topics(@DefaultValue("64KB") DataSize bufferSize,
			@DefaultValue("close") SlowConsumer.Policy slowConsumer) {

	}

}
