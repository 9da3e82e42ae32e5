package io.github.websockethttp2.actuate;

import io.github.websockethttp2.server.WebSocketMapping;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.WebSocketHandler;

/**
 * Rooms that send back what they are sent.
 */
@Configuration(proxyBeanMethods = false)
class RoomHandlers {

	@Bean
	@WebSocketMapping("/rooms/{room}")
	WebSocketHandler room() {
		return (session) -> session
			.send(session.receive().map((message) -> session.textMessage(message.getPayloadAsText())));
	}

}
