package io.github.websockethttp2.observation;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

import io.github.websockethttp2.session.Bottleneck;
import io.github.websockethttp2.session.ServerTraffic.Direction;
import io.github.websockethttp2.session.SessionTraffic;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;

/**
 * The counts of sessions of the same path pattern and protocol. To read them is to add up
 * what the event loops have counted, of which there are few. Thread-safe.
 */
final class PathTraffic {

	private static final String SECONDS = "seconds";

	private final Map<Executor, LoopTraffic> eventLoops = new ConcurrentHashMap<>();

	private final LongAdder drained = new LongAdder();

	private final Tags tags;

	private final RareEvents events;

	/**
	 * Create counts.
	 * @param tags the tags of their meters, with the protocol
	 * @param events counts what is rare
	 */
	PathTraffic(Tags tags, RareEvents events) {
		this.tags = tags;
		this.events = events;
	}

	SessionTraffic of(Executor eventLoop) {
		return this.eventLoops.computeIfAbsent(eventLoop, (added) -> new LoopTraffic(this::heartbeatLost));
	}

	/**
	 * The server has closed a session since it shuts down.
	 */
	void drained() {
		this.drained.increment();
	}

	private void heartbeatLost() {
		this.tags.stream()
			.filter((tag) -> tag.getKey().equals(WebSocketMeterNames.PROTOCOL))
			.forEach((tag) -> this.events.heartbeatLost(tag.getValue()));
	}

	private long sum(int count) {
		return this.eventLoops.values().stream().mapToLong((loop) -> loop.get(count)).sum();
	}

	private long largest() {
		return this.eventLoops.values().stream().mapToLong(LoopTraffic::largest).max().orElse(0);
	}

	void register(MeterRegistry registry) {
		for (Direction direction : Direction.values()) {
			boolean received = direction == Direction.RECEIVED;
			Tags directed = this.tags.and(WebSocketMeterNames.DIRECTION, direction.toString());
			counter(WebSocketMeterNames.MESSAGES, (received) ? LoopTraffic.RECEIVED : LoopTraffic.SENT)
				.description("Text and binary messages of WebSocket sessions")
				.tags(directed)
				.register(registry);
			counter(WebSocketMeterNames.PAYLOAD, (received) ? LoopTraffic.RECEIVED_BYTES : LoopTraffic.SENT_BYTES)
				.description("Uncompressed payload of text and binary messages of WebSocket sessions")
				.baseUnit(BaseUnits.BYTES)
				.tags(directed)
				.register(registry);
		}
		counter(WebSocketMeterNames.DROPPED_PINGS, LoopTraffic.DROPPED_PINGS)
			.description("Pings that were not answered, since another came before there was room for the answer")
			.tags(this.tags)
			.register(registry);
		// From the beginning, since Boot closes registries before it shuts down
		FunctionCounter.builder(WebSocketMeterNames.DRAINED, this, (path) -> path.drained.sum())
			.description("WebSocket sessions that a shutdown of the server has closed")
			.tags(this.tags)
			.register(registry);
		for (Bottleneck bottleneck : Bottleneck.values()) {
			FunctionCounter
				.builder(WebSocketMeterNames.WAITED, this,
						(path) -> (double) path.sum(LoopTraffic.WAITED + bottleneck.ordinal())
								/ TimeUnit.SECONDS.toNanos(1))
				.description("Time that bytes have waited to be sent, over all WebSocket sessions")
				.baseUnit(SECONDS)
				.tags(this.tags.and(WebSocketMeterNames.REASON, bottleneck.toString()))
				.register(registry);
		}
		gauge(WebSocketMeterNames.BUFFERED, (path) -> path.sum(LoopTraffic.WAITING_BYTES))
			.description("Bytes that wait to be sent, over all WebSocket sessions")
			.baseUnit(BaseUnits.BYTES)
			.register(registry);
		gauge(WebSocketMeterNames.BUFFERED_MAX, PathTraffic::largest)
			.description("Bytes that wait to be sent in the WebSocket session with the most of them")
			.baseUnit(BaseUnits.BYTES)
			.register(registry);
		gauge(WebSocketMeterNames.SLOW, (path) -> path.sum(LoopTraffic.SLOW))
			.description("WebSocket sessions whose bytes have waited for long")
			.register(registry);
	}

	private FunctionCounter.Builder<PathTraffic> counter(String name, int count) {
		return FunctionCounter.builder(name, this, (path) -> path.sum(count));
	}

	private Gauge.Builder<PathTraffic> gauge(String name, ToDoubleFunction<PathTraffic> value) {
		return Gauge.builder(name, this, value).tags(this.tags);
	}

}
