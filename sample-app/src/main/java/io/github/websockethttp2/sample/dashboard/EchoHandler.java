package io.github.websockethttp2.sample.dashboard;

import io.github.websockethttp2.server.WebSocketMapping;
import reactor.core.publisher.Mono;

import org.springframework.stereotype.Component;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * Sends every text back. This is all that a handler needs: a bean and a path. It is
 * served over HTTP/1.1 and HTTP/2 alike.
 */
@Component
@WebSocketMapping("/ws/echo")
class EchoHandler implements WebSocketHandler {

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		return session.send(session.receive().map(WebSocketMessage::getPayloadAsText).map(session::textMessage));
	}

}
