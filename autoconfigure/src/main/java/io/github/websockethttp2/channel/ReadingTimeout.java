package io.github.websockethttp2.channel;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Limits how long the last messages of a peer wait for the handler. A handler that keeps
 * reading has all the time it needs; one that does not has the close timeout. Confined to
 * the event loop.
 */
final class ReadingTimeout {

	private final EventLoop eventLoop;

	private final Duration timeout;

	private final InboundMessages inbound;

	private long emitted;

	private @Nullable Future<?> next;

	ReadingTimeout(EventLoop eventLoop, Duration timeout, InboundMessages inbound) {
		this.eventLoop = eventLoop;
		this.timeout = timeout;
		this.inbound = inbound;
	}

	void start() {
		this.emitted = this.inbound.emitted();
		this.next = this.eventLoop.schedule(this::check, this.timeout.toNanos(), TimeUnit.NANOSECONDS);
	}

	private void check() {
		if (this.inbound.emitted() == this.emitted) {
			this.inbound.drop();
		}
		else {
			start();
		}
	}

	/**
	 * Cancels the timer, which would keep an ended session in memory.
	 */
	void stop() {
		if (this.next != null) {
			this.next.cancel(false);
		}
	}

}
