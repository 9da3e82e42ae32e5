package io.github.websockethttp2.interop;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.AbstractHTTP2ServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/**
 * Jetty: {@code PORT [KEY_STORE PASSWORD]}.
 */
final class JettyServer {

	private static final int MAX_MESSAGE = 2 * 1024 * 1024;

	private JettyServer() {
	}

	public static void main(String[] args) throws Exception {
		Server server = new Server();
		ServerConnector connector = new ServerConnector(server, factories(args).toArray(ConnectionFactory[]::new));
		connector.setHost("127.0.0.1");
		connector.setPort(Integer.parseInt(args[0]));
		server.addConnector(connector);
		server.setHandler(WebSocketUpgradeHandler.from(server, (container) -> {
			container.setMaxTextMessageSize(MAX_MESSAGE);
			container.setMaxBinaryMessageSize(MAX_MESSAGE);
			map(container, "/echo", JettyServer::echo);
			map(container, "/chat", JettyServer::echo);
			map(container, "/fragments", JettyServer::fragment);
			map(container, "/close", (session, message) -> session.close(4000, "enough", Callback.NOOP));
			map(container, "/abort", (session, message) -> session.disconnect());
		}));
		server.start();
	}

	private static List<ConnectionFactory> factories(String[] args) {
		HttpConfiguration configuration = new HttpConfiguration();
		if (args.length == 1) {
			AbstractHTTP2ServerConnectionFactory http2 = new HTTP2CServerConnectionFactory(configuration);
			http2.setConnectProtocolEnabled(true);
			return List.of(new HttpConnectionFactory(configuration), http2);
		}
		configuration.addCustomizer(new SecureRequestCustomizer(false));
		AbstractHTTP2ServerConnectionFactory http2 = new HTTP2ServerConnectionFactory(configuration);
		http2.setConnectProtocolEnabled(true);
		SslContextFactory.Server tls = new SslContextFactory.Server();
		tls.setKeyStorePath(args[1]);
		tls.setKeyStorePassword(args[2]);
		ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
		alpn.setDefaultProtocol("http/1.1");
		return new ArrayList<>(List.of(new SslConnectionFactory(tls, alpn.getProtocol()), alpn, http2,
				new HttpConnectionFactory(configuration)));
	}

	private static void map(ServerWebSocketContainer container, String path, BiConsumer<Session, Object> onMessage) {
		container.addMapping(path, (request, response, callback) -> {
			if (path.equals("/chat")) {
				response.setAcceptedSubProtocol("chat");
			}
			return new Endpoint(path, onMessage);
		});
	}

	private static void echo(Session session, Object message) {
		if (message instanceof String text) {
			session.sendText(text, Callback.NOOP);
		}
		else {
			session.sendBinary((ByteBuffer) message, Callback.NOOP);
		}
	}

	private static void fragment(Session session, Object message) {
		String text = (String) message;
		int third = text.length() / 3;
		session
			.sendPartialText(text.substring(0, third), false,
					Callback.from(
							() -> session
								.sendPartialText(text.substring(third, 2 * third), false,
										Callback.from(() -> session.sendPartialText(text.substring(2 * third), true,
												Callback.NOOP), Throwable::printStackTrace)),
							Throwable::printStackTrace));
	}

	/**
	 * Hands every message on.
	 */
	public static final class Endpoint implements Session.Listener.AutoDemanding {

		private final String path;

		private final BiConsumer<Session, Object> onMessage;

		@SuppressWarnings("NullAway.Init")
		private Session session;

		Endpoint(String path, BiConsumer<Session, Object> onMessage) {
			this.path = path;
			this.onMessage = onMessage;
		}

		@Override
		public void onWebSocketOpen(Session session) {
			this.session = session;
		}

		@Override
		public void onWebSocketText(String message) {
			this.onMessage.accept(this.session, message);
		}

		@Override
		public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
			// The buffer is Jetty's again after this
			ByteBuffer copy = ByteBuffer.allocate(payload.remaining()).put(payload).flip();
			callback.succeed();
			this.onMessage.accept(this.session, copy);
		}

		@Override
		public void onWebSocketClose(int statusCode, String reason, Callback callback) {
			System.out.println("closed " + this.path + " " + statusCode);
			callback.succeed();
		}

	}

}
