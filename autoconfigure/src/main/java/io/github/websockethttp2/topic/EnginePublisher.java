package io.github.websockethttp2.topic;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.github.websockethttp2.frame.SharedMessage;
import io.github.websockethttp2.topic.TopicEnvelope.Kind;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Publishes messages of this instance. Each names the one before, and says whether any
 * were lost. Where no message follows one that was lost, an empty one says so.
 * Thread-safe.
 */
final class EnginePublisher {

	private static final Log logger = LogFactory.getLog(EnginePublisher.class);

	/**
	 * So many topics are remembered with their last message. For others, a loss that this
	 * instance does not notice is not noticed elsewhere, either.
	 */
	private static final int TOPICS = 10_000;

	/** So many topics are remembered that have lost messages. */
	private static final int LOST_TOPICS = 100_000;

	/** So many are told of lost messages at once. */
	private static final int TOLD_AT_ONCE = 100;

	private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

	private final long node = new SecureRandom().nextLong();

	private final TopicEngine engine;

	private final EngineCounts counts;

	private final Disposable.Swap telling = Disposables.swap();

	/** Guarded by this object, like all that follows. */
	private final Map<String, Long> previous = new LinkedHashMap<>(16, 0.75f, true);

	private final Set<String> lost = new LinkedHashSet<>();

	private long number;

	private final Map<String, Long> losses = new LinkedHashMap<>(16, 0.75f, true);

	private boolean toldSoon;

	EnginePublisher(TopicEngine engine, EngineCounts counts) {
		this.engine = engine;
		this.counts = counts;
	}

	/**
	 * Returns the instance that messages come from.
	 */
	long node() {
		return this.node;
	}

	/**
	 * Publishes a message. Messages of a topic keep the order of the calls.
	 * @return where the message comes from
	 */
	MessageOrigin publish(String topic, SharedMessage message) {
		this.counts.publishing();
		return publish(topic, message.isText() ? Kind.TEXT : Kind.BINARY, message.payload(), true);
	}

	private synchronized MessageOrigin publish(String topic, Kind kind, ByteBuffer payload, boolean counted) {
		MessageOrigin origin = new MessageOrigin(this.node, ++this.number);
		Long before = this.previous.put(topic, origin.number());
		if (this.previous.size() > TOPICS) {
			this.previous.remove(this.previous.keySet().iterator().next());
		}
		TopicEnvelope envelope = new TopicEnvelope(kind, this.lost.remove(topic), origin, (before != null) ? before : 0,
				payload);
		Mono.defer(() -> this.engine.publish(topic, envelope.toBytes()))
			.subscribe(null, (ex) -> failed(topic, counted, ex), () -> succeeded(counted));
		return origin;
	}

	/**
	 * Returns whether a message of a topic was lost, which others do not know yet.
	 */
	synchronized boolean hasLost(String topic) {
		return this.lost.contains(topic);
	}

	/**
	 * Returns how many messages of a topic were lost. Forgets topics in time.
	 */
	synchronized long losses(String topic) {
		return this.losses.getOrDefault(topic, 0L);
	}

	private void succeeded(boolean counted) {
		if (counted) {
			this.counts.published(true);
		}
	}

	private void failed(String topic, boolean counted, Throwable ex) {
		if (counted) {
			this.counts.published(false);
			logger.debug("A message does not reach other instances: " + ex);
		}
		synchronized (this) {
			this.losses.merge(topic, 1L, Long::sum);
			if (this.losses.size() > TOPICS) {
				this.losses.remove(this.losses.keySet().iterator().next());
			}
			if (this.lost.size() < LOST_TOPICS) {
				this.lost.add(topic);
			}
			tellSoon();
		}
	}

	private void tellSoon() {
		if (!this.toldSoon && !this.telling.isDisposed()) {
			this.toldSoon = true;
			this.telling.update(Schedulers.parallel().schedule(this::tell, 1, TimeUnit.SECONDS));
		}
	}

	private synchronized void tell() {
		this.toldSoon = false;
		if (this.engine.isUp()) {
			List.copyOf(this.lost)
				.stream()
				.limit(TOLD_AT_ONCE)
				.forEach((topic) -> publish(topic, Kind.NOTHING, NOTHING, false));
		}
		if (!this.lost.isEmpty()) {
			tellSoon();
		}
	}

	void close() {
		this.telling.dispose();
	}

}
