package io.github.websockethttp2.observation;

import io.github.websockethttp2.topic.TopicCounts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of topics, of all together: their names are data, of which there may be any
 * number.
 *
 * @see WebSocketMeterNames
 */
public final class TopicMeters implements MeterBinder {

	private final TopicCounts counts;

	/**
	 * Create the meters.
	 * @param counts what they show
	 */
	public TopicMeters(TopicCounts counts) {
		this.counts = counts;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder(WebSocketMeterNames.TOPIC_SUBSCRIBERS, this.counts, TopicCounts::subscribers)
			.description("Sessions and other subscribers in topics")
			.register(registry);
		FunctionCounter.builder(WebSocketMeterNames.TOPIC_DELIVERED, this.counts, TopicCounts::delivered)
			.description("Messages of topics that have been sent, to each subscriber")
			.register(registry);
		FunctionCounter.builder(WebSocketMeterNames.TOPIC_DROPPED, this.counts, TopicCounts::dropped)
			.description("Messages of topics that were dropped for subscribers that are slow")
			.register(registry);
		FunctionCounter.builder(WebSocketMeterNames.TOPIC_CLOSED, this.counts, TopicCounts::closed)
			.description("Subscribers of topics that were closed for being slow")
			.register(registry);
	}

}
