package io.github.websockethttp2.sample.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.topic.Delivery;
import io.github.websockethttp2.topic.SlowConsumer;
import io.github.websockethttp2.topic.Topic;
import io.github.websockethttp2.topic.Topics;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.stereotype.Component;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Pushes the time and a random walk of a price every {@code interval} milliseconds.
 */
@Component
@WebSocketMapping("/ws/ticker")
class TickerHandler implements WebSocketHandler {

	private static final long SHORTEST_INTERVAL = 100;

	private static final long DEFAULT_INTERVAL = 1000;

	private static final long LONGEST_INTERVAL = 10_000;

	private final Topics topics;

	/**
	 * Each instance has a ticker of its own. Under the same name, all would get all
	 * ticks.
	 */
	private final String prefix = "ticker/" + UUID.randomUUID() + "/";

	private final Map<Long, Flux<Delivery>> clocks = new ConcurrentHashMap<>();

	TickerHandler(Topics topics) {
		this.topics = topics;
	}

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		long interval = interval(session);
		Topic<Tick> topic = this.topics.get(this.prefix + interval, Tick.class);
		Flux<Delivery> clock = this.clocks.computeIfAbsent(interval, (added) -> clock(topic, added));
		// A client that reads slowly misses ticks instead of letting them pile up
		return Mono.when(topic.subscribe(session, SlowConsumer.latestOnly()), clock)
			.takeUntilOther(session.receive().then());
	}

	/**
	 * Ticks as long as somebody listens.
	 */
	private static Flux<Delivery> clock(Topic<Tick> topic, long interval) {
		return Flux.interval(Duration.ZERO, Duration.ofMillis(interval))
			.onBackpressureDrop()
			.scan(Tick.first(), (last, number) -> last.next())
			.skip(1)
			.concatMap(topic::send)
			.share();
	}

	/**
	 * Returns one of a hundred intervals, since all clients with the same share a topic.
	 */
	private static long interval(WebSocketSession session) {
		String value = UriComponentsBuilder.fromUri(session.getHandshakeInfo().getUri())
			.build()
			.getQueryParams()
			.getFirst("interval");
		long millis = (value != null && value.matches("\\d{1,9}")) ? Long.parseLong(value) : DEFAULT_INTERVAL;
		long shared = millis - millis % SHORTEST_INTERVAL;
		return Math.max(SHORTEST_INTERVAL, Math.min(shared, LONGEST_INTERVAL));
	}

	/**
	 * One message.
	 *
	 * @param time the server's clock
	 * @param price the price
	 * @param change the difference from the previous price
	 */
	record Tick(Instant time, double price, double change) {

		static Tick first() {
			return new Tick(Instant.now(), 100, 0);
		}

		Tick next() {
			double step = ThreadLocalRandom.current().nextGaussian() * 0.35;
			// Pulled back to the middle, so that the walk stays within the chart
			double price = rounded(this.price + step + (100 - this.price) * 0.02);
			return new Tick(Instant.now(), price, rounded(price - this.price));
		}

		private static double rounded(double value) {
			return Math.round(value * 100) / 100.0;
		}

	}

}
