package io.github.websockethttp2.topic;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A topic of other instances. Thread-safe.
 */
final class EngineTopic {

	private static final Log logger = LogFactory.getLog(EngineTopic.class);

	/** So many instances are remembered with their last message. */
	private static final int NODES = 1_000;

	private final String name;

	private final long node;

	private final EngineCounts counts;

	private final Consumer<TopicMessage> target;

	private final Disposable.Swap subscription = Disposables.swap();

	/** The last message of each instance. Signals come one after the other. */
	private final Map<Long, Long> last = new LinkedHashMap<>(4, 0.75f, true);

	/** Guarded by this object, like the next two fields. */
	private final Set<TopicListener> listeners = new LinkedHashSet<>(2);

	private @Nullable TopicEvent state;

	/** How many events there have been. */
	private long told;

	/** How many need the topic. Guarded by the map that it is in, like the next field. */
	private int users;

	private final Disposable.Swap lingering = Disposables.swap();

	/**
	 * Create a topic.
	 * @param name its name
	 * @param node this instance, whose messages are not delivered again
	 * @param counts counts what happens
	 * @param target takes the messages
	 */
	EngineTopic(String name, long node, EngineCounts counts, Consumer<TopicMessage> target) {
		this.name = name;
		this.node = node;
		this.counts = counts;
		this.target = target;
	}

	// Guarded by the map that it is in

	void uses() {
		this.users++;
		this.lingering.update(Disposables.disposed());
	}

	/**
	 * Somebody needs the topic no more.
	 * @return whether it was the last
	 */
	boolean usesNot() {
		this.users--;
		return this.users == 0;
	}

	boolean isUsed() {
		return this.users > 0;
	}

	/**
	 * Nobody needs the topic. It goes on for a while.
	 * @param timer the timer that ends it
	 */
	void lingers(Disposable timer) {
		this.lingering.update(timer);
	}

	void start(TopicEngine engine) {
		this.counts.subscribed();
		this.subscription.update(engine.subscribe(this.name)
			.subscribe(this::signal, (ex) -> logger.warn("The topic '" + this.name + "' is not connected", ex)));
	}

	void stop() {
		this.counts.unsubscribed();
		this.lingering.dispose();
		this.subscription.dispose();
	}

	// Signals

	private void signal(TopicSignal signal) {
		if (signal instanceof TopicSignal.Message message) {
			received(message);
		}
		else if (signal instanceof TopicSignal.Gap) {
			this.last.clear();
			gap();
		}
		else {
			tell((signal instanceof TopicSignal.Up) ? TopicEvent.UP : TopicEvent.DOWN);
		}
	}

	private void received(TopicSignal.Message message) {
		TopicEnvelope envelope = TopicEnvelope.of(message.bytes());
		if (envelope == null) {
			logger.debug("Somebody else has published to the topic");
			return;
		}
		MessageOrigin origin = envelope.origin();
		if (origin.node() == this.node) {
			return;
		}
		Long last = this.last.get(origin.node());
		if (last != null && origin.number() <= last) {
			logger.debug("A message of a topic has come too late to keep the order");
			return;
		}
		remember(origin);
		if (envelope.lost() || (last != null && envelope.previous() > last)) {
			gap();
		}
		if (envelope.kind() != TopicEnvelope.Kind.NOTHING) {
			this.counts.receives();
			deliver(envelope);
		}
	}

	private void deliver(TopicEnvelope envelope) {
		try {
			this.target.accept(envelope.message());
		}
		catch (RuntimeException ex) {
			logger.warn("A subscriber to the topic '" + this.name + "' threw", ex);
		}
	}

	private void remember(MessageOrigin origin) {
		this.last.put(origin.node(), origin.number());
		if (this.last.size() > NODES) {
			this.last.remove(this.last.keySet().iterator().next());
		}
	}

	private void gap() {
		this.counts.gap();
		tell(TopicEvent.GAP);
	}

	private void tell(TopicEvent event) {
		List<TopicListener> listeners;
		synchronized (this) {
			if (event != TopicEvent.GAP) {
				this.state = event;
			}
			this.told++;
			listeners = List.copyOf(this.listeners);
			listeners.forEach((listener) -> listener.offer(event));
		}
		listeners.forEach(TopicListener::drain);
	}

	// Listeners

	/**
	 * Returns what happens, beginning with the state.
	 */
	Flux<TopicEvent> events() {
		return Flux.create((sink) -> {
			TopicListener listener = new TopicListener(this.name, sink);
			add(listener);
			sink.onDispose(() -> remove(listener));
			listener.drain();
		});
	}

	private synchronized void add(TopicListener listener) {
		this.listeners.add(listener);
		if (this.state != null) {
			listener.offer(this.state);
		}
	}

	private synchronized void remove(TopicListener listener) {
		this.listeners.remove(listener);
	}

	/**
	 * Asks something. The answer counts only if nothing has been told since, even if the
	 * listener that asks has not got to that yet.
	 * @return the answer, or empty
	 */
	<R> Mono<R> ask(Supplier<Mono<R>> question) {
		return Mono.defer(() -> {
			long before = told();
			return question.get().filter((answer) -> told() == before);
		});
	}

	private synchronized long told() {
		return this.told;
	}

}
