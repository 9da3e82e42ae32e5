package io.github.websockethttp2.sample.room;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.websockethttp2.topic.Topic;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * A chat room: its topic and the last things said. Safe for concurrent use.
 */
class Room {

	static final int HISTORY_LENGTH = 30;

	private final Topic<RoomEvent> topic;

	private final JsonMapper jsonMapper;

	private final Deque<RoomEvent> history = new ArrayDeque<>();

	/** Not guarded by the lock, under which a session may end and leave. */
	private final AtomicInteger members = new AtomicInteger();

	Room(Topic<RoomEvent> topic, JsonMapper jsonMapper) {
		this.topic = topic;
		this.jsonMapper = jsonMapper;
	}

	/**
	 * Counts a member in.
	 */
	Room enter() {
		this.members.incrementAndGet();
		return this;
	}

	/**
	 * Sends a member what was said before, and then all that happens.
	 * @param name the member's name
	 * @param session the member's session
	 * @return ends with the session, or when cancelled
	 */
	Mono<Void> listen(String name, WebSocketSession session) {
		Publisher<Void> listening = (subscriber) -> {
			// Under the lock, so that nothing is said in between
			synchronized (this) {
				Flux<RoomEvent> said = Flux.fromArray(this.history.toArray(RoomEvent[]::new));
				Mono.when(session.send(said.map(this.jsonMapper::writeValueAsString).map(session::textMessage)),
						this.topic.subscribe(session))
					.subscribe(subscriber);
				tell(RoomEvent.Kind.JOINED, name, "");
			}
		};
		return Mono.from(listening);
	}

	synchronized void say(String name, String text) {
		if (this.history.size() == HISTORY_LENGTH) {
			this.history.removeFirst();
		}
		this.history.addLast(tell(RoomEvent.Kind.SAID, name, text));
	}

	/**
	 * Counts a member out.
	 * @param name the member's name
	 */
	synchronized void leave(String name) {
		this.members.decrementAndGet();
		tell(RoomEvent.Kind.LEFT, name, "");
	}

	boolean isEmpty() {
		return this.members.get() == 0;
	}

	private RoomEvent tell(RoomEvent.Kind kind, String name, String text) {
		RoomEvent event = new RoomEvent(kind, Instant.now(), name, text, this.members.get());
		this.topic.send(event).subscribe();
		return event;
	}

}
