package io.github.websockethttp2.client;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Logs that servers are away. A line at INFO tells of an outage of a server, which is
 * over when no socket to it has been lost for a while: many sockets to it, or one that is
 * opened and lost again and again, must not fill the log. All the rest is at DEBUG. Safe
 * for use from any thread.
 */
final class Outages {

	private static final Log logger = LogFactory.getLog(Outages.class);

	/** Whoever chooses the URLs must not be able to fill the memory. */
	private static final int MAX_SERVERS = 1_000;

	/** A server that accepts and closes at once is in one outage. */
	private static final Duration MIN_QUIET = Duration.ofSeconds(30);

	private final Duration quiet;

	/** Until when an outage is known, in milliseconds. */
	private final Map<String, Long> known = new ConcurrentHashMap<>();

	/**
	 * Create with no outages.
	 * @param quiet how long there is no loss until another is of another outage; 30
	 * seconds at least
	 */
	Outages(Duration quiet) {
		this.quiet = (quiet.compareTo(MIN_QUIET) > 0) ? quiet : MIN_QUIET;
	}

	/**
	 * A socket is opened again.
	 * @param reconnect the attempt
	 * @param now the time in milliseconds
	 */
	void log(Reconnect reconnect, long now) {
		// Neither path nor query, which may be secret
		URI url = reconnect.url();
		String server = url.getScheme() + "://" + url.getHost() + ((url.getPort() != -1) ? ":" + url.getPort() : "");
		if (begins(server, now, reconnect.delay())) {
			logger.info(describe(reconnect, server) + ". More is logged at DEBUG");
		}
		else if (logger.isDebugEnabled()) {
			logger.debug(describe(reconnect, server));
		}
	}

	private static String describe(Reconnect reconnect, String server) {
		Throwable cause = reconnect.cause();
		return "A WebSocket to " + server + " is opened again in " + reconnect.delay().toMillis() + "ms, by attempt "
				+ reconnect.attempt() + ": "
				+ ((cause instanceof WebSocketClosedException) ? cause.getMessage() : cause.toString());
	}

	private boolean begins(String server, long now, Duration delay) {
		long until = now + delay.toMillis() + this.quiet.toMillis();
		if (this.known.size() >= MAX_SERVERS) {
			this.known.values().removeIf((time) -> time < now);
		}
		if (this.known.size() >= MAX_SERVERS && !this.known.containsKey(server)) {
			return false;
		}
		Long before = this.known.put(server, until);
		return before == null || before < now;
	}

}
