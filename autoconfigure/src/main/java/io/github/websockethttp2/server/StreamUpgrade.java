package io.github.websockethttp2.server;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.github.websockethttp2.channel.SessionLife;
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

import org.springframework.web.reactive.socket.WebSocketHandler;

/**
 * Takes over a channel from Reactor Netty once a handshake is accepted, and starts the
 * session on it.
 * <p>
 * The channel comes from the response's connection, which is public API. Two facts are
 * specific to Reactor Netty 1.3: the handlers of the exchange have the names in
 * {@link reactor.netty.NettyPipeline}, and the exchange ends by writing the end of the
 * response to the channel. {@code StreamUpgradeTests} fails when that changes.
 */
public final class StreamUpgrade {

	private final SessionSettings settings;

	private final SessionRegistry sessions;

	private final FrameCodec codec = new FrameCodec(Role.SERVER);

	private final RegisteredSessions life;

	private final UnaryOperator<WebSocketHandler> handlers;

	/**
	 * Create an upgrade.
	 * @param settings the settings of the sessions
	 * @param sessions the registry of the sessions
	 * @param handlers wraps the handler of each session
	 */
	public StreamUpgrade(SessionSettings settings, SessionRegistry sessions, UnaryOperator<WebSocketHandler> handlers) {
		this.settings = settings;
		this.sessions = sessions;
		this.handlers = handlers;
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
	 * Returns whether the server is shutting down and opens no new sessions.
	 * @return whether every handshake is refused
	 */
	public boolean isDraining() {
		return this.sessions.isDraining();
	}

	/**
	 * Returns the handler to call in place of another.
	 * @param handler the handler that is mapped
	 * @return the handler of a session
	 */
	public WebSocketHandler wrap(WebSocketHandler handler) {
		return this.handlers.apply(handler);
	}

	/**
	 * Finds out whether a request is an undecided WebSocket handshake over HTTP/2. Must
	 * be called on the request's event loop.
	 * @param request the request
	 * @return its transport, or {@code null} if it is not
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
	 * Acquires a place for a session in the budgets of the server and of its connection.
	 * @param response the response to the handshake
	 * @return the permit, or {@code null} if a budget is exhausted or the server is
	 * shutting down
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
	 * Sends the head of the response, ends the HTTP exchange, and starts the session.
	 * @param response the response, with status and headers set and nothing sent
	 * @param opening what the handshake has negotiated
	 * @param context the Reactor context of the session's handler
	 * @param onOpening takes the session's id, before the exchange ends
	 * @return completes when the exchange has ended and the session has begun
	 */
	public Mono<Void> upgrade(HttpServerResponse response, SessionOpening opening, Context context,
			Consumer<String> onOpening) {
		return Mono.create((sink) -> response.withConnection((connection) -> {
			Channel channel = connection.channel();
			if (channel.eventLoop().inEventLoop()) {
				tryUpgrade(response, channel, opening, context, onOpening, sink);
			}
			else {
				channel.eventLoop().execute(() -> tryUpgrade(response, channel, opening, context, onOpening, sink));
			}
		}));
	}

	private void tryUpgrade(HttpServerResponse response, Channel channel, SessionOpening opening, Context context,
			Consumer<String> onOpening, MonoSink<Void> sink) {
		try {
			if (!upgrade(response, channel, opening, context, onOpening, sink::success)) {
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
		Http2ServerConnection serverConnection = Http2ServerConnection.of(channel);
		return (serverConnection != null) ? new Http2Upgrade(channel, serverConnection) : new Http1Upgrade(channel);
	}

	/**
	 * Once claimed, the permit belongs to the session, even if the handshake is
	 * cancelled.
	 */
	private boolean upgrade(HttpServerResponse response, Channel channel, SessionOpening opening, Context context,
			Consumer<String> onOpening, Runnable onStarted) {
		ChannelUpgrade upgrade = upgrade(channel);
		if (!opening.permit().claim() || !upgrade.isPending()) {
			return false;
		}
		ForeignUpgrades.withdraw(channel.pipeline());
		SessionLife life = SessionAccessLog.of(channel, response, this.life);
		WebSocketSessionHandler sessionHandler = upgrade.install(response, this.codec, this.settings, opening);
		WebSocketTransport transport = upgrade.transport();
		onOpening.accept(SessionStart.sessionId(transport));
		return SessionStart.start(sessionHandler, transport, upgrade.connection(), opening, context, life, onStarted);
	}

}
