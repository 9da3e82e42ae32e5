package io.github.websockethttp2.channel;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * How long what a peer has left behind waits for a handler: one that goes on reading has
 * all the time it needs, and one that does not has the close timeout. Confined to the
 * event loop.
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
			this.inbound.abandon();
		}
		else {
			start();
		}
	}

	/**
	 * The session has ended, and must not stay in memory for the timeout's sake.
	 */
	void stop() {
		if (this.next != null) {
			this.next.cancel(false);
		}
	}

}
