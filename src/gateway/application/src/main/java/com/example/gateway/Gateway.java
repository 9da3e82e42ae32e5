package com.example.gateway;

import io.github.websockethttp2.session.WebSocketSessions;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.client.HttpClient;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import org.springframework.web.reactive.socket.client.WebSocketClient;

/**
 * The gateway, which properties alone configure.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class Gateway {

	@Bean
	Transports transports(ObjectProvider<WebSocketSessions> sessions) {
		return new Transports(sessions);
	}

	/**
	 * For backends with TLS that speak HTTP/2 without WebSockets.
	 */
	@Bean
	@Primary
	@ConditionalOnProperty("http1-sockets")
	WebSocketClient http1WebSocketClient() {
		return new ReactorNettyWebSocketClient(HttpClient.create()
			.secure((ssl) -> ssl.sslContext(Http11SslContextSpec.forClient()
				.configure((builder) -> builder.trustManager(InsecureTrustManagerFactory.INSTANCE)))));
	}

}
