package io.github.websockethttp2.benchmarks.server;

import java.time.Duration;
import java.util.function.IntSupplier;

import io.github.websockethttp2.topic.Topic;
import io.github.websockethttp2.topic.Topics;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitFailureHandler;
import reactor.util.concurrent.Queues;

import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * What everybody gets, in two ways. Any client may ask for a message.
 */
final class BroadcastHandlers {

	private static final Duration PAUSE = Duration.ofMillis(10);

	private BroadcastHandlers() {
	}

	/**
	 * By a topic.
	 */
	static WebSocketHandler topic(Topics topics) {
		Topic<String> topic = topics.get("broadcast", String.class);
		return (session) -> topic.subscribe(session)
			.takeUntilOther(payloads(session, topic::subscribers).concatMap(topic::send).then());
	}

	/**
	 * By the loop that everybody writes who has no topics. The sink outlives its
	 * subscribers, as one for the whole application has to.
	 */
	static WebSocketHandler sink() {
		Sinks.Many<String> sink = Sinks.many().multicast().onBackpressureBuffer(Queues.SMALL_BUFFER_SIZE, false);
		return (session) -> session.send(sink.asFlux().map(session::textMessage))
			.takeUntilOther(payloads(session, sink::currentSubscriberCount)
				.doOnNext((payload) -> sink.emitNext(payload, EmitFailureHandler.FAIL_FAST))
				.then());
	}

	/**
	 * Returns what the client of a session asks for, each when everybody is there.
	 */
	private static Flux<String> payloads(WebSocketSession session, IntSupplier present) {
		return session.receive()
			.map(WebSocketMessage::getPayloadAsText)
			.map(BroadcastRequest::parse)
			.concatMap((request) -> Mono
				.defer(() -> (present.getAsInt() == request.sessions()) ? Mono.just(request.payload()) : Mono.empty())
				.repeatWhenEmpty((empty) -> empty.delayElements(PAUSE)));
	}

}
