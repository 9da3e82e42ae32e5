package io.github.websockethttp2.sample.dashboard;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.stereotype.Component;

/**
 * Serves the application a second time, over HTTP/1.1 only, for the comparison. It needs
 * a port of its own because a browser that has an HTTP/2 connection to an origin uses it
 * for WebSockets. An application without a comparison has no need of this class.
 */
@Component
class Http1Server implements SmartLifecycle {

	private final NettyReactiveWebServerFactory factory;

	private final HttpHandler httpHandler;

	private volatile @Nullable WebServer server;

	Http1Server(@Value("${sample.http1-port}") int port, ServerProperties serverProperties, SslBundles sslBundles,
			ReactorResourceFactory resourceFactory, HttpHandler httpHandler) {
		// Not a bean, so neither server.http2 nor the starter customizes it
		this.factory = new NettyReactiveWebServerFactory(port);
		this.factory.setAddress(serverProperties.getAddress());
		this.factory.setSsl(serverProperties.getSsl());
		this.factory.setSslBundles(sslBundles);
		this.factory.setResourceFactory(resourceFactory);
		this.httpHandler = httpHandler;
	}

	@Override
	public void start() {
		WebServer server = this.factory.getWebServer(this.httpHandler);
		server.start();
		this.server = server;
	}

	@Override
	public void stop() {
		WebServer server = this.server;
		if (server != null) {
			server.stop();
			this.server = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.server != null;
	}

	@Override
	public int getPhase() {
		return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE;
	}

	/**
	 * Boot's server keeps running while the context is paused, and so does this one.
	 */
	@Override
	public boolean isPauseable() {
		return false;
	}

	/**
	 * Returns the port that the server listens on.
	 * @return the port, or -1 if the server is not running
	 */
	int getPort() {
		WebServer server = this.server;
		return (server != null) ? server.getPort() : -1;
	}

}
