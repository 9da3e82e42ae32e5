package com.example.gateway;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * Answers with what it was sent, closes with 4001 when it is told to, and remembers how
 * sessions ended.
 */
class EchoHandler implements WebSocketHandler {

	final BlockingQueue<CloseStatus> closed = new LinkedBlockingQueue<>();

	@Override
	public List<String> getSubProtocols() {
		return List.of("echo");
	}

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		session.closeStatus().subscribe(this.closed::add);
		return session.receive().concatMap((message) -> {
			String text = message.getPayloadAsText();
			return (text.equals("bye")) ? session.close(new CloseStatus(4001, "as told"))
					: session.send(Mono.just(session.textMessage(text)));
		}).then();
	}

}
