package io.github.websockethttp2.sample.room;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/**
 * Someone in a {@link Room}. Events that the member has not read yet wait in a queue of
 * limited length. A member whose queue is full is too slow for the room and has to leave.
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
	 * Returns what happens in the room. Completes when the member leaves.
	 * @return the events
	 */
	Flux<RoomEvent> events() {
		return this.events.asFlux();
	}

	/**
	 * Returns a signal that the member is too slow.
	 * @return completes if that happens, and never otherwise
	 */
	Mono<Void> tooSlow() {
		return this.tooSlow.asMono();
	}

	/**
	 * Tells the member about an event. Not safe for concurrent use; the room serializes
	 * the calls.
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
