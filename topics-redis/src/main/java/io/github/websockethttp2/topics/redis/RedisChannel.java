package io.github.websockethttp2.topics.redis;

import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.github.websockethttp2.topic.TopicSignal;
import reactor.core.publisher.FluxSink;

/**
 * A channel with those who have subscribed to its topic. Confined to the thread of the
 * link, except for {@link #message}. Signals are emitted on a thread of their own.
 */
final class RedisChannel {

	private final SignalThread signals;

	private final byte[] name;

	/** Confined to the thread of signals, like the next field. */
	private final Set<FluxSink<TopicSignal>> sinks = new LinkedHashSet<>(2);

	/**
	 * Set while a gap waits to be told, which is as good for all that is missed till
	 * then.
	 */
	private volatile boolean overflown;

	private int subscribers;

	private boolean requested;

	private boolean up;

	/** Whether it has been without Redis since somebody subscribed. */
	private boolean wasDown;

	RedisChannel(byte[] name, SignalThread signals) {
		this.name = name;
		this.signals = signals;
	}

	byte[] name() {
		return this.name;
	}

	void add(FluxSink<TopicSignal> sink, boolean linked) {
		this.subscribers++;
		boolean up = this.up;
		this.signals.execute(() -> {
			this.sinks.add(sink);
			if (up) {
				sink.next(new TopicSignal.Up());
			}
			else if (!linked) {
				sink.next(new TopicSignal.Down());
			}
		});
		this.wasDown |= !linked;
	}

	/**
	 * Somebody unsubscribes.
	 * @return whether it was the last
	 */
	boolean remove(FluxSink<TopicSignal> sink) {
		this.signals.execute(() -> this.sinks.remove(sink));
		this.subscribers--;
		return this.subscribers == 0;
	}

	/**
	 * Redis is asked for the channel.
	 * @return {@code false} if it was asked before
	 */
	boolean request() {
		boolean first = !this.requested;
		this.requested = true;
		return first;
	}

	boolean isRequested() {
		return this.requested;
	}

	/**
	 * Redis has confirmed.
	 */
	void up() {
		if (!this.up) {
			this.up = true;
			emit(new TopicSignal.Up());
			if (this.wasDown) {
				emit(new TopicSignal.Gap());
			}
		}
	}

	void down() {
		this.requested = false;
		if (this.up || !this.wasDown) {
			this.up = false;
			this.wasDown = true;
			emit(new TopicSignal.Down());
		}
	}

	private void emit(TopicSignal signal) {
		this.signals.execute(() -> emitNow(signal));
	}

	/**
	 * A message has come. Called on the connection's thread.
	 */
	void message(byte[] message) {
		boolean fits = this.signals.tryExecute(() -> emitNow(new TopicSignal.Message(ByteBuffer.wrap(message))));
		if (!fits && !this.overflown) {
			this.overflown = true;
			this.signals.execute(() -> {
				this.overflown = false;
				emitNow(new TopicSignal.Gap());
			});
		}
	}

	private void emitNow(TopicSignal signal) {
		List.copyOf(this.sinks).forEach((sink) -> sink.next(signal));
	}

}
