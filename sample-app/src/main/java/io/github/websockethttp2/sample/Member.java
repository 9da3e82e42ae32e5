package io.github.websockethttp2.sample;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/**
 * Someone in a {@link Room}. What the member has not read yet waits in a queue of limited
 * length; when it is full the member is too slow for the room and has to go.
 */
class Member {

	private static final int QUEUE_LENGTH = 64;

	private final String name;

	private final Sinks.Many<RoomEvent> events = Sinks.many()
		.unicast()
		.onBackpressureBuffer(Queues.<RoomEvent>get(QUEUE_LENGTH).get());

	private final Sinks.Empty<Void> tooSlow = Sinks.empty();

	Member(String name) {
		this.name = name;
	}

	String name() {
		return this.name;
	}

	/**
	 * Returns what happens in the room, complete when the member has left it.
	 * @return the events
	 */
	Flux<RoomEvent> events() {
		return this.events.asFlux();
	}

	/**
	 * Completes when the member turns out to be too slow, else never.
	 * @return the end of the membership
	 */
	Mono<Void> tooSlow() {
		return this.tooSlow.asMono();
	}

	/**
	 * Tells the member of an event. Not safe for concurrent use: the room takes turns.
	 * @param event the event
	 * @return whether the member keeps up
	 */
	boolean tell(RoomEvent event) {
		return this.events.tryEmitNext(event) != Sinks.EmitResult.FAIL_OVERFLOW;
	}

	void drop() {
		this.tooSlow.tryEmitEmpty();
	}

	void leave() {
		this.events.tryEmitComplete();
	}

}
