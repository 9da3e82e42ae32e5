package io.github.websockethttp2.server;

import java.util.concurrent.atomic.AtomicReference;

import io.github.websockethttp2.channel.SessionOpening;
import io.github.websockethttp2.channel.SessionSettings;
import io.github.websockethttp2.channel.SessionStart;
import io.github.websockethttp2.channel.WebSocketSessionHandler;
import io.github.websockethttp2.frame.FrameCodec;
import io.github.websockethttp2.frame.Role;
import io.github.websockethttp2.server.foreign.ForeignUpgrades;
import io.github.websockethttp2.server.http2.Http2ServerConnection;
import io.github.websockethttp2.session.SessionPermit;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.session.WebSocketTransport;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.util.context.Context;

/**
 * Takes a channel over from Reactor Netty once a handshake is accepted, and starts the
 * session on it.
 * <p>
 * The channel is the one that the response's connection hands out, which is public API.
 * That the handlers of the exchange can be told apart by the names in
 * {@link reactor.netty.NettyPipeline}, and that Reactor Netty ends the exchange by
 * writing the end of the response to the channel, is how version 1.3 does it;
 * {@code StreamUpgradeTests} fails when that changes.
 */
public final class StreamUpgrade {

	private final SessionSettings settings;

	private final SessionRegistry sessions;

	private final FrameCodec codec = new FrameCodec(Role.SERVER);

	private final RegisteredSessions life;

	/**
	 * Create an upgrade.
	 * @param settings what the sessions are held to
	 * @param sessions where they are entered
	 */
	public StreamUpgrade(SessionSettings settings, SessionRegistry sessions) {
		this.settings = settings;
		this.sessions = sessions;
		this.life = new RegisteredSessions(sessions);
	}

	/**
	 * Returns the settings of the sessions that are opened.
	 * @return the settings
	 */
	public SessionSettings settings() {
		return this.settings;
	}

	/**
	 * Looks whether a request is a WebSocket handshake over HTTP/2 that is not decided
	 * yet. Must be called on the request's event loop.
	 * @param request the request
	 * @return its transport, or {@code null} if it is any other request
	 */
	public static @Nullable WebSocketTransport http2Handshake(HttpServerRequest request) {
		AtomicReference<@Nullable WebSocketTransport> transport = new AtomicReference<>();
		request.withConnection((connection) -> {
			ChannelUpgrade upgrade = upgrade(connection.channel());
			if (upgrade instanceof Http2Upgrade && upgrade.isPending()) {
				transport.set(upgrade.transport());
			}
		});
		return transport.get();
	}

	/**
	 * Takes a place for a session in the server's budget and in its connection's.
	 * @param response the response to the handshake
	 * @return the permit, or {@code null} if there is no place left or the server goes
	 * down
	 */
	public @Nullable SessionPermit tryAcquire(HttpServerResponse response) {
		if (this.sessions.isDraining()) {
			return null;
		}
		AtomicReference<@Nullable SessionPermit> permit = new AtomicReference<>();
		response.withConnection(
				(connection) -> permit.set(upgrade(connection.channel()).tryAcquire(this.sessions.getBudget())));
		return permit.get();
	}

	/**
	 * Sends the head of the response, ends the HTTP exchange, and begins the session.
	 * @param response the response, with status and headers set and nothing sent
	 * @param opening what the session needs to begin
	 * @param context the Reactor context of the session's handler
	 * @return completes when the exchange is over and the session has begun
	 */
	public Mono<Void> upgrade(HttpServerResponse response, SessionOpening opening, Context context) {
		return Mono.create((sink) -> response.withConnection((connection) -> {
			Channel channel = connection.channel();
			if (channel.eventLoop().inEventLoop()) {
				tryUpgrade(response, channel, opening, context, sink);
			}
			else {
				channel.eventLoop().execute(() -> tryUpgrade(response, channel, opening, context, sink));
			}
		}));
	}

	private void tryUpgrade(HttpServerResponse response, Channel channel, SessionOpening opening, Context context,
			MonoSink<Void> sink) {
		try {
			if (!upgrade(response, channel, opening, context, sink::success)) {
				opening.permit().release();
				sink.error(AbortedException.beforeSend());
			}
		}
		catch (Throwable ex) {
			opening.permit().release();
			sink.error(ex);
		}
	}

	private static ChannelUpgrade upgrade(Channel channel) {
		Http2ServerConnection http2 = Http2ServerConnection.of(channel);
		return (http2 != null) ? new Http2Upgrade(channel, http2) : new Http1Upgrade(channel);
	}

	/**
	 * From the claim on the permit is the session's, whoever cancels the handshake.
	 */
	private boolean upgrade(HttpServerResponse response, Channel channel, SessionOpening opening, Context context,
			Runnable onStarted) {
		ChannelUpgrade upgrade = upgrade(channel);
		if (!opening.permit().claim() || !upgrade.isPending()) {
			return false;
		}
		ForeignUpgrades.withdraw(channel.pipeline());
		WebSocketSessionHandler session = upgrade.install(response, this.codec, this.settings, opening);
		return SessionStart.start(session, upgrade.transport(), upgrade.connection(), opening, context, this.life,
				onStarted);
	}

}
