package io.github.websockethttp2.testsupport;

import io.github.websockethttp2.server.WebSocketMapping;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * An application with an echo at {@code /echo}.
 */
@Configuration(proxyBeanMethods = false)
public class EchoHandlers {

	@Bean
	@WebSocketMapping("/echo")
	WebSocketHandler echo() {
		return (session) -> session.send(session.receive().doOnNext(WebSocketMessage::retain));
	}

}
