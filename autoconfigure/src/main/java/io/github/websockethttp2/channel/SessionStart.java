package io.github.websockethttp2.channel;

import io.github.websockethttp2.session.SessionPermit;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.transport.SessionConnection;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * Starts a session whose pipeline is complete.
 */
public final class SessionStart {

	private SessionStart() {
	}

	/**
	 * Returns the id of a session.
	 * @param transport the transport that the application sees
	 * @return the id
	 */
	public static String sessionId(WebSocketTransport transport) {
		return NettyWebSocketSession.id(transport);
	}

	/**
	 * Starts a session. Called on its event loop.
	 * @param sessionHandler the session on its channel
	 * @param transport the transport that the application sees
	 * @param connection the connection of the session
	 * @param opening what the handshake has negotiated
	 * @param context the Reactor context of the session's handler
	 * @param life hears of the session
	 * @param onStarted runs before the handler, and may throw
	 * @return {@code false} if the channel is gone and nothing has been started
	 */
	public static boolean start(WebSocketSessionHandler sessionHandler, WebSocketTransport transport,
			SessionConnection connection, SessionOpening opening, Context context, SessionLife life,
			Runnable onStarted) {
		NettyWebSocketSession session = new NettyWebSocketSession(transport, sessionHandler, opening);
		if (!sessionHandler.begin(new SessionEnd(life, session, connection, opening.permit()))) {
			return false;
		}
		connection.sessionOpened(transport.streamId(), opening.permit());
		life.opened(session);
		sessionHandler.watch(session, life);
		sessionHandler.application().call(onStarted);
		HandlerSubscriber.run(opening.handler(), session, sessionHandler, context, life);
		life.started(session);
		sessionHandler.deliverEarlyBytes();
		return true;
	}

	/**
	 * Releases what a session held.
	 */
	private record SessionEnd(SessionLife life, NettyWebSocketSession session, SessionConnection connection,
			SessionPermit permit) implements SessionEndListener {

		@Override
		public @Nullable SlowSessions slowSessions() {
			return this.life.slowSessions();
		}

		@Override
		public void slow(boolean slow) {
			this.life.slow(this.session, slow);
		}

		@Override
		public void settle() {
			this.permit.release();
			this.life.ended(this.session);
			this.connection.sessionEnded();
		}

		@Override
		public void tell() {
			this.life.tell(this.session);
		}

	}

}
