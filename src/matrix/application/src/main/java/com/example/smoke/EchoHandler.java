package com.example.smoke;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.WebSocketTransport;
import reactor.core.publisher.Mono;

import org.springframework.stereotype.Component;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * Answers with the HTTP version and what it was sent, and remembers how sessions ended.
 */
@Component
@WebSocketMapping("/echo/{name}")
class EchoHandler implements WebSocketHandler {

	final BlockingQueue<CloseStatus> closed = new LinkedBlockingQueue<>();

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		String prefix = WebSocketTransport.of(session).protocol() + " " + session.getAttributes().get("name") + " ";
		session.closeStatus().subscribe(this.closed::add);
		return session
			.send(session.receive().map((message) -> session.textMessage(prefix + message.getPayloadAsText())));
	}

}
