package io.github.websockethttp2.autoconfigure;

import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.reactive.ReactiveWebServerFactory;
import org.springframework.http.server.reactive.HttpHandler;

/**
 * The factory of a server that is not Reactor Netty, and that nobody starts.
 */
class OtherServerFactory implements ReactiveWebServerFactory {

	@Override
	public WebServer getWebServer(HttpHandler httpHandler) {
		throw new IllegalStateException("Not to be started");
	}

}
