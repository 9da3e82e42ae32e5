package io.github.websockethttp2.observation;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/**
 * Counts events that are too rare for their cost to matter, and what comes and goes by
 * them, in any number of registries. Thread-safe.
 */
final class RareEvents {

	private final Collection<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	private final GuardedMeters guarded;

	private final Map<Event, LongAdder> counts = new ConcurrentHashMap<>();

	RareEvents(GuardedMeters guarded) {
		this.guarded = guarded;
	}

	void register(MeterRegistry registry) {
		this.registries.add(registry);
		this.counts.forEach((event, count) -> register(event, count, registry));
	}

	/**
	 * Counts an event.
	 * @param name the name of the meter
	 * @param description what it counts
	 * @param tags its tags
	 */
	void count(String name, String description, Tags tags) {
		expect(name, description, tags).increment();
	}

	/**
	 * Registers the meter of an event before there is one.
	 */
	LongAdder expect(String name, String description, Tags tags) {
		return this.counts.computeIfAbsent(new Event(name, description, tags, false), this::added);
	}

	/**
	 * Returns how many there are of what comes and goes.
	 * @param name the name of the meter
	 * @param description what it counts
	 * @param tags its tags
	 */
	LongAdder present(String name, String description, Tags tags) {
		return this.counts.computeIfAbsent(new Event(name, description, tags, true), this::added);
	}

	/**
	 * Counts a peer that has not answered a ping in time.
	 */
	void heartbeatLost(String protocol) {
		count(WebSocketMeterNames.LOST_HEARTBEATS, "Peers of WebSocket sessions that did not answer a ping in time",
				Tags.of(WebSocketMeterNames.PROTOCOL, protocol));
	}

	private LongAdder added(Event event) {
		LongAdder count = new LongAdder();
		this.registries.forEach((registry) -> this.guarded.call(() -> register(event, count, registry)));
		return count;
	}

	private static void register(Event event, LongAdder count, MeterRegistry registry) {
		if (event.present) {
			Gauge.builder(event.name, count, LongAdder::sum)
				.description(event.description)
				.tags(event.tags)
				.register(registry);
			return;
		}
		FunctionCounter.builder(event.name, count, LongAdder::sum)
			.description(event.description)
			.tags(event.tags)
			.register(registry);
	}

	private record Event(String name, String description, Tags tags, boolean present) {

	}

}
