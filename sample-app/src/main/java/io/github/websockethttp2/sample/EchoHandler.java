package io.github.websockethttp2.sample;

import io.github.websockethttp2.server.WebSocketMapping;
import reactor.core.publisher.Mono;

import org.springframework.stereotype.Component;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * Sends every text back.
 */
@Component
@WebSocketMapping("/ws/echo")
class EchoHandler implements WebSocketHandler {

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		return session.send(session.receive().map(WebSocketMessage::getPayloadAsText).map(session::textMessage));
	}

}
