package io.github.websockethttp2.observation;

import io.github.websockethttp2.topic.EngineCounts;
import io.github.websockethttp2.topic.TopicEngine;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of what connects the topics of several instances.
 *
 * @see WebSocketMeterNames
 */
public final class TopicEngineMeters implements MeterBinder {

	private final TopicEngine engine;

	private final EngineCounts counts;

	/**
	 * Create the meters.
	 * @param engine the engine
	 * @param counts what it has done
	 */
	public TopicEngineMeters(TopicEngine engine, EngineCounts counts) {
		this.engine = engine;
		this.counts = counts;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder(WebSocketMeterNames.TOPIC_ENGINE_UP, this.engine, (engine) -> engine.isUp() ? 1 : 0)
			.description("Whether topics reach other instances")
			.register(registry);
		Gauge.builder(WebSocketMeterNames.TOPIC_ENGINE_SUBSCRIPTIONS, this.counts, EngineCounts::subscriptions)
			.description("Topics of other instances that are subscribed to")
			.register(registry);
		Gauge.builder(WebSocketMeterNames.TOPIC_ENGINE_IN_FLIGHT, this.counts, EngineCounts::inFlight)
			.description("Messages that are being published to other instances")
			.register(registry);
		FunctionCounter.builder(WebSocketMeterNames.TOPIC_ENGINE_PUBLISHED, this.counts, EngineCounts::published)
			.description("Messages that have been published to other instances")
			.register(registry);
		FunctionCounter.builder(WebSocketMeterNames.TOPIC_ENGINE_FAILED, this.counts, EngineCounts::failed)
			.description("Messages that could not be published to other instances, or may not have been")
			.register(registry);
		FunctionCounter.builder(WebSocketMeterNames.TOPIC_ENGINE_RECEIVED, this.counts, EngineCounts::received)
			.description("Messages of other instances that have been received")
			.register(registry);
		FunctionCounter.builder(WebSocketMeterNames.TOPIC_ENGINE_GAPS, this.counts, EngineCounts::gaps)
			.description("Gaps, in each of which messages of other instances may have been missed")
			.register(registry);
		FunctionCounter.builder(WebSocketMeterNames.TOPIC_ENGINE_REPLAYS, this.counts, EngineCounts::replays)
			.description("Subscribers who have got what they had missed")
			.register(registry);
		FunctionCounter
			.builder(WebSocketMeterNames.TOPIC_ENGINE_REPLAYS_REFUSED, this.counts, EngineCounts::refusedReplays)
			.description("Subscribers who could not get what they had missed")
			.register(registry);
	}

}
