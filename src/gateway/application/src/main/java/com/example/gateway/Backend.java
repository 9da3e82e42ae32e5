package com.example.gateway;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import io.github.websockethttp2.session.WebSocketSessions;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;

/**
 * What is behind the gateway: a page, its socket, and where it reports to.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class Backend {

	@Bean
	EchoHandler echoHandler() {
		return new EchoHandler();
	}

	@Bean
	HandlerMapping echoMapping(EchoHandler handler) {
		return new SimpleUrlHandlerMapping(Map.of("/echo", handler), -1);
	}

	@Bean
	Transports transports(ObjectProvider<WebSocketSessions> sessions) {
		return new Transports(sessions);
	}

	@Bean
	Reports reports() {
		return new Reports();
	}

	@Bean
	RouterFunction<ServerResponse> page(Reports reports) {
		return RouterFunctions.route()
			.GET("/page.html",
					(request) -> ServerResponse.ok()
						.contentType(MediaType.TEXT_HTML)
						.bodyValue(new ClassPathResource("page.html")))
			.POST("/report",
					(request) -> request.bodyToMono(String.class)
						.doOnNext(reports.received::add)
						.then(Mono.defer(() -> ServerResponse.noContent().build())))
			.build();
	}

	/**
	 * What pages say has happened.
	 */
	static class Reports {

		final BlockingQueue<String> received = new LinkedBlockingQueue<>();

	}

}
