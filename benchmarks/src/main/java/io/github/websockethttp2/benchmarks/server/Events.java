package io.github.websockethttp2.benchmarks.server;

import java.time.Duration;
import java.util.Locale;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.stereotype.Component;

/**
 * Ten events a second, the same for everybody.
 */
@Component
class Events {

	private static final Duration PERIOD = Duration.ofMillis(100);

	private static final int LENGTH = 125;

	private final Flux<Event> replayed = Flux.interval(PERIOD).map(Event::now).replay(10).autoConnect();

	private final Flux<Event> shared = this.replayed.share();

	/**
	 * Returns the events from now on.
	 * @return the events
	 */
	Flux<Event> latest() {
		long now = System.nanoTime();
		return this.shared.filter((event) -> event.nanoTime() >= now);
	}

	/**
	 * Returns the next event, now if there is one already.
	 * @param sequence the last one that the client has
	 * @return the event
	 */
	Mono<Event> after(long sequence) {
		return this.replayed.filter((event) -> event.sequence() > sequence).next();
	}

	/**
	 * An event, which says when it happened.
	 *
	 * @param sequence its number
	 * @param nanoTime when it happened, on the clock that the processes of a machine
	 * share
	 * @param text what clients get: a mark, the time and the number in hexadecimal digits
	 */
	record Event(long sequence, long nanoTime, String text) {

		static Event now(long sequence) {
			long now = System.nanoTime();
			String head = String.format(Locale.ROOT, "t%016x%08x", now, sequence);
			return new Event(sequence, now, head + "x".repeat(LENGTH - head.length()));
		}

	}

}
