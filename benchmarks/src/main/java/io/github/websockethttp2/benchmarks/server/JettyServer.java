package io.github.websockethttp2.benchmarks.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

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
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/**
 * Jetty, with its own WebSocket API.
 */
final class JettyServer {

	private JettyServer() {
	}

	static int start(ServerSettings settings) throws Exception {
		Server server = new Server();
		ServerConnector connector = new ServerConnector(server, factories(settings).toArray(ConnectionFactory[]::new));
		connector.setHost("127.0.0.1");
		connector.setAcceptQueueSize(1024);
		connector.setIdleTimeout(Duration.ofMinutes(10).toMillis());
		server.addConnector(connector);
		server.setHandler(WebSocketUpgradeHandler.from(server, (container) -> {
			container.setIdleTimeout(Duration.ofMinutes(10));
			container.setMaxTextMessageSize(ServerSettings.MAX_MESSAGE);
			container.setMaxBinaryMessageSize(ServerSettings.MAX_MESSAGE);
			container.setMaxFrameSize(ServerSettings.MAX_MESSAGE);
			map(container, "/echo", JettyEndpoints.Echo::new);
			map(container, "/sink", JettyEndpoints.Sink::new);
			map(container, "/push", JettyEndpoints.Push::new);
		}));
		server.start();
		return connector.getLocalPort();
	}

	private static void map(ServerWebSocketContainer container, String path, Supplier<Session.Listener> endpoint) {
		container.addMapping(path, (request, response, callback) -> endpoint.get());
	}

	private static List<ConnectionFactory> factories(ServerSettings settings) {
		HttpConfiguration configuration = new HttpConfiguration();
		List<ConnectionFactory> factories = new ArrayList<>();
		AbstractHTTP2ServerConnectionFactory http2;
		if (settings.keyStore() != null) {
			configuration.addCustomizer(new SecureRequestCustomizer(false));
			http2 = new HTTP2ServerConnectionFactory(configuration);
			SslContextFactory.Server ssl = new SslContextFactory.Server();
			ssl.setKeyStorePath(settings.keyStore().toString());
			ssl.setKeyStorePassword(ServerSettings.PASSWORD);
			ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
			alpn.setDefaultProtocol("http/1.1");
			factories.addAll(List.of(new SslConnectionFactory(ssl, alpn.getProtocol()), alpn));
		}
		else {
			http2 = new HTTP2CServerConnectionFactory(configuration);
		}
		http2.setMaxConcurrentStreams(settings.streams());
		http2.setConnectProtocolEnabled(true);
		factories.add(new HttpConnectionFactory(configuration));
		factories.add(http2);
		return factories;
	}

}
