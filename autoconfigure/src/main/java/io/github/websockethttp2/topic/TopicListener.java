package io.github.websockethttp2.topic;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.FluxSink;

/**
 * Somebody who is told what happens between a topic of this instance and others. While
 * one thread tells it something, others do not wait, and that thread tells it the rest.
 * Thread-safe.
 */
final class TopicListener {

	private static final Log logger = LogFactory.getLog(TopicListener.class);

	private final String topic;

	private final FluxSink<TopicEvent> sink;

	private final Queue<TopicEvent> events = new ConcurrentLinkedQueue<>();

	/** Whoever raises it from 0 emits. */
	private final AtomicInteger work = new AtomicInteger();

	/**
	 * Create a listener.
	 * @param topic the name of the topic
	 * @param sink takes the events
	 */
	TopicListener(String topic, FluxSink<TopicEvent> sink) {
		this.topic = topic;
		this.sink = sink;
	}

	/**
	 * Takes an event, which is emitted by {@link #drain()}. Guarded by the topic, so that
	 * events come in their order.
	 */
	void offer(TopicEvent event) {
		this.events.add(event);
	}

	/**
	 * Emits what is there, unless another thread does. Runs code of the application, so
	 * no lock may be held.
	 */
	void drain() {
		if (this.work.getAndIncrement() != 0) {
			return;
		}
		int missed = 1;
		while (missed != 0) {
			for (TopicEvent event = this.events.poll(); event != null; event = this.events.poll()) {
				emit(event);
			}
			missed = this.work.addAndGet(-missed);
		}
	}

	private void emit(TopicEvent event) {
		try {
			this.sink.next(event);
		}
		catch (Throwable ex) {
			// The others are told all the same
			logger.warn("A subscriber to events of the topic '" + this.topic + "' threw", ex);
		}
	}

}
