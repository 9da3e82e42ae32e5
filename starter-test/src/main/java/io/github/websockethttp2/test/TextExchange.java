package io.github.websockethttp2.test;

import java.util.List;
import java.util.function.Function;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * A socket that sends the texts of a publisher and hands on those that it receives.
 *
 * @param subProtocols the sub-protocols to ask for
 * @param texts what to send
 * @param sink gets what is received
 * @param description what the socket is called in errors
 */
record TextExchange(List<String> subProtocols, Publisher<String> texts, FluxSink<String> sink,
		String description) implements WebSocketHandler {

	static Flux<String> of(Function<WebSocketHandler, Mono<Void>> client, List<String> subProtocols,
			Publisher<String> texts, String description) {
		return Flux.create((sink) -> sink.onDispose(
				client.apply(new TextExchange(subProtocols, texts, sink, description)).subscribe(null, sink::error)));
	}

	@Override
	public List<String> getSubProtocols() {
		return this.subProtocols;
	}

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		Mono<Void> sent = session.send(Flux.from(this.texts).map(session::textMessage)).doOnError(this.sink::error);
		Mono<Void> received = session.receive()
			.filter((message) -> message.getType() == WebSocketMessage.Type.TEXT)
			.map(WebSocketMessage::getPayloadAsText)
			.doOnNext(this.sink::next)
			.then()
			.onErrorComplete()
			.then(session.closeStatus())
			.doOnNext(this::closed)
			.then();
		return sent.and(received);
	}

	private void closed(CloseStatus status) {
		if (status.getCode() == CloseStatus.NORMAL.getCode()) {
			this.sink.complete();
		}
		else {
			this.sink.error(
					new AssertionError("Expected more from " + this.description + ", but " + new Incoming.End(status)));
		}
	}

}
