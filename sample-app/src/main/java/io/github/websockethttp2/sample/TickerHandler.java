package io.github.websockethttp2.sample;

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

/**
 * Pushes the time and a price that walks at random, every {@code interval} milliseconds.
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
			// Who reads slowly misses ticks instead of piling them up
			.onBackpressureDrop()
			.scan(Tick.first(), (last, number) -> last.next())
			.skip(1)
			.takeUntilOther(session.receive().then());
		return session.send(ticks.map(this.jsonMapper::writeValueAsString).map(session::textMessage));
	}

	private static Duration interval(WebSocketSession session) {
		long millis = QueryParameters.find(session, "interval")
			.filter((value) -> value.matches("\\d{1,9}"))
			.map(Long::parseLong)
			.orElse(DEFAULT_INTERVAL);
		return Duration.ofMillis(Math.max(SHORTEST_INTERVAL, Math.min(millis, LONGEST_INTERVAL)));
	}

	/**
	 * One message.
	 *
	 * @param time the server's clock
	 * @param price the price
	 * @param change how far it is from the last one
	 */
	record Tick(Instant time, double price, double change) {

		static Tick first() {
			return new Tick(Instant.now(), 100, 0);
		}

		Tick next() {
			double step = ThreadLocalRandom.current().nextGaussian() * 0.35;
			// A pull to the middle, so that the walk does not leave the picture
			double price = rounded(this.price + step + (100 - this.price) * 0.02);
			return new Tick(Instant.now(), price, rounded(price - this.price));
		}

		private static double rounded(double value) {
			return Math.round(value * 100) / 100.0;
		}

	}

}
