package io.github.websockethttp2.channel;

import io.github.websockethttp2.session.SessionPermit;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.transport.SessionConnection;
import reactor.util.context.Context;

import org.springframework.web.reactive.socket.CloseStatus;

/**
 * Begins sessions whose pipeline stands: enters them, runs their handlers, and takes them
 * out when they end. Safe for use from any thread, as long as each session is started on
 * its event loop.
 */
public final class SessionStart {

	private final SessionRegistry sessions;

	private final HandlerFailures failures = new HandlerFailures();

	/**
	 * Create a start.
	 * @param sessions where the sessions are entered
	 */
	public SessionStart(SessionRegistry sessions) {
		this.sessions = sessions;
	}

	/**
	 * Begins a session.
	 * @param channel the session on its channel
	 * @param transport what carries it
	 * @param connection the connection that it is on
	 * @param opening what the handshake has agreed
	 * @param context the Reactor context of the session's handler
	 * @param onStarted runs before the handler, and must not keep it from running
	 * @return whether it has begun, or {@code false} if its channel is gone
	 */
	public boolean start(WebSocketSessionHandler channel, WebSocketTransport transport, SessionConnection connection,
			SessionOpening opening, Context context, Runnable onStarted) {
		NettyWebSocketSession session = new NettyWebSocketSession(transport, channel, opening);
		if (!channel.begin(new SessionEnd(this.sessions, session, connection, opening.permit()))) {
			return false;
		}
		connection.sessionOpened(transport.streamId(), opening.permit());
		this.sessions.opened(session);
		channel.application().call(onStarted);
		HandlerSubscriber.run(opening.handler(), session, channel, context, this.failures);
		if (this.sessions.isDraining()) {
			// Admitted before the server began to go down, and opened after
			session.close(CloseStatus.GOING_AWAY).subscribe();
		}
		channel.deliverEarlyBytes();
		return true;
	}

	/**
	 * What a session gives back.
	 */
	private record SessionEnd(SessionRegistry sessions, NettyWebSocketSession session, SessionConnection connection,
			SessionPermit permit) implements SessionEndListener {

		@Override
		public void settle() {
			this.permit.release();
			this.sessions.remove(this.session);
			this.connection.sessionClosed();
		}

		@Override
		public void tell() {
			this.sessions.emitClosed(this.session);
		}

	}

}
