package io.github.websockethttp2.conformance;

import java.util.Map;
import java.util.Set;

import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * The application that the suites test.
 */
@Configuration(proxyBeanMethods = false)
class ConformanceServer {

	private static final Set<WebSocketMessage.Type> DATA = Set.of(WebSocketMessage.Type.TEXT,
			WebSocketMessage.Type.BINARY);

	/** Echoes messages. */
	static final String ECHO = "/echo";

	/** Consumes the request's body and answers. */
	static final String CONSUME = "/consume";

	static TestServer start(boolean compression) {
		// The suite is written in Python, and may be busy with 16 MB for longer than a
		// heartbeat lasts
		return TestServer.start(Transport.H2C, ConformanceServer.class, "server.shutdown=immediate",
				"websocket.http2.heartbeat.interval=0s", "websocket.http2.max-message-size=32MB",
				"websocket.http2.compression.enabled=" + compression);
	}

	@Bean
	HandlerMapping mapping() {
		WebSocketHandler echo = (session) -> session.send(session.receive()
			.filter((message) -> DATA.contains(message.getType()))
			.doOnNext(WebSocketMessage::retain));
		return new SimpleUrlHandlerMapping(Map.of(ECHO, echo), -1);
	}

	@Bean
	RouterFunction<ServerResponse> consume() {
		return RouterFunctions.route()
			.path(CONSUME,
					(builder) -> builder.route((request) -> true,
							(request) -> request.exchange()
								.getRequest()
								.getBody()
								.doOnNext(DataBufferUtils::release)
								.then(ServerResponse.ok().bodyValue("consumed"))))
			.build();
	}

}
