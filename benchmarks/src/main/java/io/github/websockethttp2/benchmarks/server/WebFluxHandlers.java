package io.github.websockethttp2.benchmarks.server;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * What the WebSockets of the WebFlux application do.
 */
final class WebFluxHandlers {

	private WebFluxHandlers() {
	}

	static Mono<Void> echo(WebSocketSession session) {
		return session.send(session.receive().doOnNext(WebSocketMessage::retain));
	}

	static Mono<Void> push(WebSocketSession session) {
		return session.send(session.receive().map(WebSocketMessage::getPayloadAsText).concatMap((text) -> {
			PushRequest request = PushRequest.parse(text);
			String payload = request.payload();
			return Flux.range(0, request.count()).map((index) -> session.textMessage(payload));
		}));
	}

	static Mono<Void> sink(WebSocketSession session) {
		return session.send(session.receive().map((message) -> session.textMessage("x")));
	}

}
