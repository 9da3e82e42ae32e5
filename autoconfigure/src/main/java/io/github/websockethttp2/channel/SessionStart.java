package io.github.websockethttp2.channel;

import io.github.websockethttp2.session.SessionPermit;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.transport.SessionConnection;
import reactor.util.context.Context;

/**
 * Begins a session whose pipeline stands.
 */
public final class SessionStart {

	private SessionStart() {
	}

	/**
	 * Begins a session. Called on its event loop.
	 * @param channel the session on its channel
	 * @param transport what carries it
	 * @param connection the connection that it is on
	 * @param opening what the handshake has agreed
	 * @param context the Reactor context of the session's handler
	 * @param life hears of the session
	 * @param onStarted runs before the handler, and may throw
	 * @return whether it has begun, or {@code false} if its channel is gone
	 */
	public static boolean start(WebSocketSessionHandler channel, WebSocketTransport transport,
			SessionConnection connection, SessionOpening opening, Context context, SessionLife life,
			Runnable onStarted) {
		NettyWebSocketSession session = new NettyWebSocketSession(transport, channel, opening);
		if (!channel.begin(new SessionEnd(life, session, connection, opening.permit()))) {
			return false;
		}
		connection.sessionOpened(transport.streamId(), opening.permit());
		life.opened(session);
		channel.application().call(onStarted);
		HandlerSubscriber.run(opening.handler(), session, channel, context, life);
		life.started(session);
		channel.deliverEarlyBytes();
		return true;
	}

	/**
	 * What a session gives back.
	 */
	private record SessionEnd(SessionLife life, NettyWebSocketSession session, SessionConnection connection,
			SessionPermit permit) implements SessionEndListener {

		@Override
		public void settle() {
			this.permit.release();
			this.life.ended(this.session);
			this.connection.sessionClosed();
		}

		@Override
		public void tell() {
			this.life.tell(this.session);
		}

	}

}
