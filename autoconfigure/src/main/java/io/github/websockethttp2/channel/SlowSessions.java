package io.github.websockethttp2.channel;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.channel.EventLoop;

/**
 * Finds the sessions of a server whose peers read slowly or not at all. Costs nothing for
 * sessions in which no bytes wait. Thread-safe.
 */
public final class SlowSessions {

	private final Map<EventLoop, WaitingSessions> eventLoops = new ConcurrentHashMap<>();

	private final Duration slowAfter;

	/**
	 * Create an instance.
	 * @param slowAfter how long bytes may wait before their session counts as slow, or
	 * zero for any time
	 */
	public SlowSessions(Duration slowAfter) {
		this.slowAfter = slowAfter;
	}

	/**
	 * Returns the sessions of an event loop with bytes that wait.
	 */
	WaitingSessions of(EventLoop eventLoop) {
		return this.eventLoops.computeIfAbsent(eventLoop,
				(added) -> new WaitingSessions(added, this.slowAfter, System::nanoTime));
	}

}
