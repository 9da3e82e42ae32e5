package io.github.websockethttp2.benchmarks.server;

import java.nio.ByteBuffer;

import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;

/**
 * What the WebSockets of Jetty do. Each asks for the next message when the answer to the
 * one before it has left. Public, as Jetty looks the methods up.
 */
public final class JettyEndpoints {

	private JettyEndpoints() {
	}

	/**
	 * Keeps the session.
	 */
	public abstract static class Endpoint implements Session.Listener {

		@SuppressWarnings("NullAway.Init")
		private Session session;

		@Override
		public void onWebSocketOpen(Session session) {
			this.session = session;
			session.demand();
		}

		@Override
		public void onWebSocketError(Throwable cause) {
			// The session is closed
		}

		Session session() {
			return this.session;
		}

		Callback next() {
			return Callback.from(this.session::demand, (ex) -> this.session.disconnect());
		}

	}

	/**
	 * Sends every message back.
	 */
	public static final class Echo extends Endpoint {

		@Override
		public void onWebSocketText(String message) {
			session().sendText(message, next());
		}

		@Override
		public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
			Callback next = next();
			session().sendBinary(payload, Callback.from(() -> {
				callback.succeed();
				next.succeed();
			}, callback::fail));
		}

	}

	/**
	 * Answers every message with one byte.
	 */
	public static final class Sink extends Endpoint {

		@Override
		public void onWebSocketText(String message) {
			session().sendText("x", next());
		}

		@Override
		public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
			callback.succeed();
			session().sendText("x", next());
		}

	}

	/**
	 * Answers a request with many messages, one after the other.
	 */
	public static final class Push extends Endpoint {

		@Override
		public void onWebSocketText(String message) {
			PushRequest request = PushRequest.parse(message);
			String payload = request.payload();
			for (int i = 1; i < request.count(); i++) {
				session().sendText(payload, Callback.NOOP);
			}
			session().sendText(payload, next());
		}

	}

}
