package com.example.servers;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.WebSocketTransport;
import reactor.core.publisher.Mono;

import org.springframework.stereotype.Component;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * Answers with what it knows of the session and what it was sent.
 */
@Component
@WebSocketMapping("/echo/{name}")
class EchoHandler implements WebSocketHandler {

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		WebSocketTransport transport = WebSocketTransport.of(session);
		String prefix = transport.protocol() + " " + transport.streamId() + " '" + transport.connectionId() + "' "
				+ session.getAttributes().get("name") + " ";
		return session
			.send(session.receive().map((message) -> session.textMessage(prefix + message.getPayloadAsText())));
	}

}
