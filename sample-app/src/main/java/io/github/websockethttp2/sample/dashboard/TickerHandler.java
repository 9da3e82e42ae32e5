package io.github.websockethttp2.sample.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

import io.github.websockethttp2.server.WebSocketMapping;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

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

	private final JsonMapper jsonMapper;

	TickerHandler(JsonMapper jsonMapper) {
		this.jsonMapper = jsonMapper;
	}

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		Flux<Tick> ticks = Flux.interval(Duration.ZERO, interval(session))
			// A client that reads slowly misses ticks instead of letting them pile up
			.onBackpressureDrop()
			.scan(Tick.first(), (last, number) -> last.next())
			.skip(1)
			.takeUntilOther(session.receive().then());
		return session.send(ticks.map(this.jsonMapper::writeValueAsString).map(session::textMessage));
	}

	private static Duration interval(WebSocketSession session) {
		String value = UriComponentsBuilder.fromUri(session.getHandshakeInfo().getUri())
			.build()
			.getQueryParams()
			.getFirst("interval");
		long millis = (value != null && value.matches("\\d{1,9}")) ? Long.parseLong(value) : DEFAULT_INTERVAL;
		return Duration.ofMillis(Math.max(SHORTEST_INTERVAL, Math.min(millis, LONGEST_INTERVAL)));
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
