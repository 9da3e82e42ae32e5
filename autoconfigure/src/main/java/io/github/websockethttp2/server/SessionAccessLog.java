package io.github.websockethttp2.server;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

import io.github.websockethttp2.channel.SessionLife;
import io.github.websockethttp2.channel.SlowSessions;
import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.SessionTraffic;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.logging.AccessLog;

import org.springframework.web.reactive.socket.CloseStatus;

/**
 * The line in Reactor Netty's access log at the end of a session, with the close status
 * and the duration. Reactor Netty writes one for the handshake, when that ends. The line
 * has Reactor Netty's default format, since the format of the application's own is not
 * accessible.
 */
final class SessionAccessLog implements SessionLife {

	private static final String FORMAT = "{} - - [{}] \"WEBSOCKET {} {}\" {} - {}";

	/** As in Reactor Netty's lines. */
	private static final DateTimeFormatter DATE_TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.US)
		.withZone(ZoneId.systemDefault());

	private static final String MISSING = "-";

	private final SessionLife delegate;

	private final @Nullable SocketAddress remoteAddress;

	private final String path;

	private final String protocol;

	private SessionAccessLog(SessionLife delegate, @Nullable SocketAddress remoteAddress, String path,
			String protocol) {
		this.delegate = delegate;
		this.remoteAddress = remoteAddress;
		this.path = path;
		this.protocol = protocol;
	}

	/**
	 * Has the end of a session logged if its handshake is.
	 * @param channel the channel of the session, with the handlers of the handshake
	 * @param response the response to the handshake
	 * @param life what hears of the session
	 * @return what hears of it instead
	 */
	static SessionLife of(Channel channel, HttpServerResponse response, SessionLife life) {
		return (channel.pipeline().get(NettyPipeline.AccessLogHandler) != null)
				? new SessionAccessLog(life, channel.remoteAddress(), path(response.uri()), response.version().text())
				: life;
	}

	/**
	 * A query may have a token, which the application's own format may leave out.
	 */
	private static String path(String uri) {
		int query = uri.indexOf('?');
		return (query != -1) ? uri.substring(0, query) : uri;
	}

	@Override
	public void opened(LiveSession session) {
		this.delegate.opened(session);
	}

	@Override
	public void started(LiveSession session) {
		this.delegate.started(session);
	}

	@Override
	public @Nullable SessionTraffic traffic(LiveSession session, EventLoop eventLoop) {
		return this.delegate.traffic(session, eventLoop);
	}

	@Override
	public @Nullable SlowSessions slowSessions() {
		return this.delegate.slowSessions();
	}

	@Override
	public void slow(LiveSession session, boolean slow) {
		this.delegate.slow(session, slow);
	}

	@Override
	public void ended(LiveSession session) {
		this.delegate.ended(session);
		Duration duration = Duration.between(session.getOpenedAt(), Instant.now());
		session.closeStatus().subscribe((status) -> line(session, status, duration).write());
	}

	private Line line(LiveSession session, CloseStatus status, Duration duration) {
		String host = (this.remoteAddress instanceof InetSocketAddress address) ? address.getHostString() : MISSING;
		return new Line(host, DATE_TIME.format(session.getOpenedAt()), this.path, this.protocol, status.getCode(),
				duration.toMillis());
	}

	@Override
	public void tell(LiveSession session) {
		this.delegate.tell(session);
	}

	@Override
	public void handlerCompleted() {
		this.delegate.handlerCompleted();
	}

	@Override
	public void handlerThrew(Throwable thrown) {
		this.delegate.handlerThrew(thrown);
	}

	@Override
	public void handlerFailed(Throwable error, boolean open) {
		this.delegate.handlerFailed(error, open);
	}

	/**
	 * A line of the access log.
	 */
	private static final class Line extends AccessLog {

		Line(Object... args) {
			super(FORMAT, args);
		}

		void write() {
			log();
		}

	}

}
