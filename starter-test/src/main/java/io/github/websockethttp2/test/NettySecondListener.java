package io.github.websockethttp2.test;

import java.net.InetAddress;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.http.server.reactive.HttpHandler;

/**
 * A second listener on Reactor Netty. It comes from the application's own factory, which
 * is given another port and other TLS for a moment: so it has the same handler and
 * customizers, whoever has added them.
 */
final class NettySecondListener implements SecondListener {

	private final NettyReactiveWebServerFactory factory;

	private final Supplier<HttpHandler> handler;

	private final Environment environment;

	private volatile @Nullable WebServer server;

	private volatile boolean running;

	/**
	 * Create a listener.
	 * @param factory the factory of the application's server
	 * @param handler supplies the handler of the application
	 * @param environment the environment of the application
	 */
	NettySecondListener(NettyReactiveWebServerFactory factory, Supplier<HttpHandler> handler, Environment environment) {
		this.factory = factory;
		this.handler = handler;
		this.environment = environment;
	}

	@Override
	public void start() {
		this.running = true;
		if (ServerUnderTest.switchedOffBy(this.environment) == null) {
			this.server = startServer();
		}
	}

	private WebServer startServer() {
		NettyReactiveWebServerFactory factory = this.factory;
		int port = factory.getPort();
		InetAddress address = factory.getAddress();
		Ssl ssl = factory.getSsl();
		SslBundles sslBundles = factory.getSslBundles();
		try {
			factory.setPort(0);
			factory.setAddress(InetAddress.getLoopbackAddress());
			if (Ssl.isEnabled(ssl)) {
				factory.setSsl(null);
			}
			else {
				factory.setSsl(Ssl.forBundle(TestCertificate.NAME));
				factory.setSslBundles(new DefaultSslBundleRegistry(TestCertificate.NAME, TestCertificate.bundle()));
			}
			WebServer server = factory.getWebServer(this.handler.get());
			// Here, since Reactor Netty asks for the address when it binds
			server.start();
			return server;
		}
		finally {
			factory.setPort(port);
			factory.setAddress(address);
			factory.setSsl(ssl);
			factory.setSslBundles(sslBundles);
		}
	}

	@Override
	public void stop() {
		this.running = false;
		WebServer server = this.server;
		if (server != null) {
			this.server = null;
			server.stop();
			server.destroy();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * Starts after the application's own, and stops before it.
	 */
	@Override
	public int getPhase() {
		return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE + 1;
	}

	/**
	 * Boot's server keeps running while the context is paused, and so does this one.
	 */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int port() {
		WebServer server = this.server;
		if (server == null) {
			throw new IllegalStateException("The application does not run");
		}
		return server.getPort();
	}

}
