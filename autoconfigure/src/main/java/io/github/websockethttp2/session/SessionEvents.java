package io.github.websockethttp2.session;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * Publishes the events of sessions to the application. A subscriber that falls behind
 * misses events, and one that throws gets no more; others are not affected. Thread-safe.
 */
final class SessionEvents {

	private static final Log logger = LogFactory.getLog(SessionEvents.class);

	private final List<FluxSink<SessionEvent>> subscribers = new CopyOnWriteArrayList<>();

	private final Queue<SessionEvent> pending = new ConcurrentLinkedQueue<>();

	private final AtomicInteger emitting = new AtomicInteger();

	Flux<SessionEvent> asFlux() {
		return Flux.push((subscriber) -> {
			this.subscribers.add(subscriber);
			subscriber.onDispose(() -> this.subscribers.remove(subscriber));
		}, FluxSink.OverflowStrategy.DROP);
	}

	/**
	 * Emits an event. Several event loops may call this at the same time, and subscribers
	 * while they handle an event: the first caller emits for the others.
	 */
	void emit(SessionEvent.Type type, LiveSession session) {
		if (this.subscribers.isEmpty()) {
			return;
		}
		this.pending.add(new SessionEvent(type, session));
		if (this.emitting.getAndIncrement() != 0) {
			return;
		}
		int missed = 1;
		while (missed != 0) {
			SessionEvent event;
			while ((event = this.pending.poll()) != null) {
				for (FluxSink<SessionEvent> subscriber : this.subscribers) {
					emit(event, subscriber);
				}
			}
			missed = this.emitting.addAndGet(-missed);
		}
	}

	private void emit(SessionEvent event, FluxSink<SessionEvent> subscriber) {
		try {
			subscriber.next(event);
		}
		catch (Throwable ex) {
			this.subscribers.remove(subscriber);
			logger.warn("A subscriber of the events of WebSocket sessions threw, and gets no more of them", ex);
		}
	}

}
