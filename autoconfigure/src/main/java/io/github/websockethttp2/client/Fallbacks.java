package io.github.websockethttp2.client;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The endpoints whose sockets are opened over HTTP/1.1 for the time being. Safe for use
 * from any thread.
 */
final class Fallbacks {

	private static final Log logger = LogFactory.getLog(Fallbacks.class);

	/** Whoever chooses the URLs must not be able to fill the log. */
	private static final int MAX_LOGGED = 1_000;

	private final ClientEvents events;

	private final long rememberNanos;

	private final LongSupplier nanoTime;

	private final Map<Endpoint, Long> until = new ConcurrentHashMap<>();

	private final Set<String> logged = ConcurrentHashMap.newKeySet();

	private final AtomicLong purge;

	Fallbacks(Duration remember, ClientEvents events) {
		this(remember, events, System::nanoTime);
	}

	Fallbacks(Duration remember, ClientEvents events, LongSupplier nanoTime) {
		this.events = events;
		this.purge = new AtomicLong(nanoTime.getAsLong());
		this.rememberNanos = remember.toNanos();
		this.nanoTime = nanoTime;
	}

	/**
	 * Remembers an endpoint. One line is logged for each, and each cause.
	 */
	void remember(Endpoint endpoint, FallbackCause cause) {
		long now = this.nanoTime.getAsLong();
		purge(now);
		Long before = this.until.put(endpoint, now + this.rememberNanos);
		if (before == null || now - before >= 0) {
			this.events.tell(endpoint, (listener, name) -> listener.fellBack(name, cause));
		}
		if (this.logged.size() < MAX_LOGGED && this.logged.add(endpoint + " " + cause.name())) {
			logger.info("WebSockets to " + endpoint + " are opened over HTTP/1.1: " + cause);
		}
	}

	/**
	 * Drops those whose time is up and which nobody asks for, once in such a time.
	 */
	private void purge(long now) {
		long next = this.purge.get();
		if (now - next >= 0 && this.purge.compareAndSet(next, now + this.rememberNanos)) {
			this.until.values().removeIf((until) -> now - until >= 0);
		}
	}

	int size() {
		return this.until.size();
	}

	boolean isRemembered(Endpoint endpoint) {
		Long until = this.until.get(endpoint);
		if (until == null) {
			return false;
		}
		if (this.nanoTime.getAsLong() - until >= 0) {
			this.until.remove(endpoint, until);
			return false;
		}
		return true;
	}

}
