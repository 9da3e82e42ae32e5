package io.github.websockethttp2.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import io.github.websockethttp2.client.Http2WebSocketClient;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties of clients of WebSocket over HTTP/2.
 *
 * @param enabled Whether clients use HTTP/2. If false, they open their sockets over
 * HTTP/1.1 only, and everything else goes on.
 * @param connectTimeout How long TCP may take to connect. By default,
 * spring.http.clients.connect-timeout, or else 10 seconds.
 * @param handshakeTimeout How long it may take until a socket is open: the wait for a
 * connection, TLS, SETTINGS, the request and its answer.
 * @param closeTimeout How long a server has to answer a Close frame, and then to end its
 * side.
 * @param idleTimeout How long a connection is kept without a socket.
 * @param maxMessageSize How big a message may be, with all its fragments and after
 * decompression. A bigger one closes the session with status 1009.
 * @param maxSocketsPerConnection How many sockets share a connection, if the server does
 * not allow fewer.
 * @param minConnections Over how many connections to a server sockets are spread before
 * the fullest is filled. More use more cores.
 * @param maxLifetime How long a connection takes new sockets, so that others come to
 * servers that were added since. The sockets that it has go on. By default, for ever.
 * @param priorKnowledge Whether the servers of "ws" URLs are known to speak HTTP/2
 * without TLS.
 * @param compression Compression of messages (permessage-deflate).
 * @param heartbeat Pings that keep connections open and find servers that are gone.
 * @param fallback When sockets are opened over HTTP/1.1 instead.
 * @param ssl Whom clients trust, and the certificate that they show.
 * @param gateway The sockets of a Spring Cloud Gateway to its backends.
 * @param named Clients by name, each a bean with that qualifier. They have the same
 * properties as those without a name, which are the default of what a client does not
 * set.
 */
@ConfigurationProperties("websocket.http2.client")
public record WebSocketHttp2ClientProperties(@DefaultValue("true") boolean enabled, @Nullable Duration connectTimeout,
		@DefaultValue("30s") Duration handshakeTimeout, @DefaultValue("5s") Duration closeTimeout,
		@DefaultValue("30s") Duration idleTimeout, @DefaultValue("64KB") DataSize maxMessageSize,
		@DefaultValue("1000") int maxSocketsPerConnection, @DefaultValue("1") int minConnections,
		@Nullable Duration maxLifetime, @DefaultValue("false") boolean priorKnowledge,
		@DefaultValue Compression compression, @DefaultValue Heartbeat heartbeat, @DefaultValue Fallback fallback,
		@DefaultValue Ssl ssl, @DefaultValue Gateway gateway,
		@Nullable Map<String, WebSocketHttp2ClientProperties> named) implements InitializingBean {

	static final String PREFIX = "websocket.http2.client";

	static final String NAMED = PREFIX + ".named";

	static final String GATEWAY_ENABLED = PREFIX + ".gateway.enabled";

	private static final Duration ONE_MILLISECOND = Duration.ofMillis(1);

	private static final int LEAST_STATUS = 300;

	private static final int MOST_STATUS = 599;

	@Override
	public void afterPropertiesSet() {
		check("client.");
		if (this.named != null) {
			this.named.forEach((name, properties) -> properties.check("client.named." + name + "."));
		}
	}

	private void check(String prefix) {
		PropertyRange.check(prefix + "connect-timeout", this.connectTimeout, ONE_MILLISECOND);
		PropertyRange.check(prefix + "handshake-timeout", this.handshakeTimeout, ONE_MILLISECOND);
		PropertyRange.check(prefix + "close-timeout", this.closeTimeout, ONE_MILLISECOND);
		PropertyRange.check(prefix + "idle-timeout", this.idleTimeout, ONE_MILLISECOND);
		PropertyRange.check(prefix + "max-message-size", this.maxMessageSize, DataSize.ofBytes(1));
		PropertyRange.check(prefix + "max-sockets-per-connection", this.maxSocketsPerConnection, 1);
		PropertyRange.check(prefix + "min-connections", this.minConnections, 1);
		PropertyRange.check(prefix + "max-lifetime", this.maxLifetime, ONE_MILLISECOND);
		PropertyRange.check(prefix + "heartbeat.interval", this.heartbeat.interval(), Duration.ZERO);
		PropertyRange.check(prefix + "heartbeat.timeout", this.heartbeat.timeout(), ONE_MILLISECOND);
		PropertyRange.check(prefix + "fallback.remember", this.fallback.remember(), ONE_MILLISECOND);
		this.fallback.statuses()
			.forEach((status) -> PropertyRange.check(prefix + "fallback.statuses", status, LEAST_STATUS, MOST_STATUS));
	}

	/**
	 * Sets everything on a builder but the connect timeout and TLS, whose defaults are
	 * elsewhere.
	 */
	void configure(Http2WebSocketClient.Builder builder) {
		if (this.maxLifetime != null) {
			builder.maxLifetime(this.maxLifetime);
		}
		builder.http2(this.enabled)
			.handshakeTimeout(this.handshakeTimeout)
			.closeTimeout(this.closeTimeout)
			.idleTimeout(this.idleTimeout)
			.maxMessageSize(this.maxMessageSize)
			.maxSocketsPerConnection(this.maxSocketsPerConnection)
			.minConnections(this.minConnections)
			.priorKnowledge(this.priorKnowledge)
			.compression(this.compression.enabled())
			.heartbeat(this.heartbeat.interval(), this.heartbeat.timeout())
			.fallback(this.fallback.enabled())
			.fallbackRemember(this.fallback.remember())
			.fallbackStatuses(this.fallback.statuses());
	}

	/**
	 * Compression of messages (permessage-deflate).
	 *
	 * @param enabled Whether clients offer compression.
	 */
	public record Compression(@DefaultValue("false") boolean enabled) {

	}

	/**
	 * Pings that keep connections open and find servers that are gone.
	 *
	 * @param interval Time between two pings of a connection, once for all its sockets.
	 * Zero for none.
	 * @param timeout How long after a ping a server may be silent and take nothing of
	 * what waits to be sent. After that, its sessions end with status 1006 and its
	 * connection is closed.
	 */
	public record Heartbeat(@DefaultValue("30s") Duration interval, @DefaultValue("10s") Duration timeout) {

	}

	/**
	 * When sockets are opened over HTTP/1.1 instead.
	 *
	 * @param enabled Whether sockets are opened over HTTP/1.1 where HTTP/2 does not work.
	 * If false, they fail.
	 * @param remember How long a client remembers a server that wants HTTP/1.1.
	 * @param statuses Statuses of answers to a handshake over HTTP/2 after which HTTP/1.1
	 * is tried.
	 */
	// @formatter:off: it breaks annotations with braces
	public record Fallback(@DefaultValue("true") boolean enabled, @DefaultValue("10m") Duration remember,
			@DefaultValue({ "405", "426", "501", "502" }) Set<Integer> statuses) {
		// @formatter:on

	}

	/**
	 * Whom clients trust, and the certificate that they show.
	 *
	 * @param bundle Name of an SSL bundle. New connections use it as it is at that time,
	 * if it is reloaded. By default, spring.http.clients.ssl.bundle, or else what Java
	 * trusts.
	 */
	public record Ssl(@Nullable String bundle) {

	}

	/**
	 * The sockets of a Spring Cloud Gateway to its backends.
	 *
	 * @param enabled Whether a Spring Cloud Gateway opens its sockets to backends with a
	 * client of these properties, instead of its own client.
	 */
	public record Gateway(@DefaultValue("false") boolean enabled) {

	}

}
