package io.github.websockethttp2.transport;

import java.time.Duration;

/**
 * The settings of heartbeats.
 *
 * @param interval the time between two pings, or zero to disable them
 * @param timeout the time after a ping within which the peer has to show signs of life
 * @param sessionPing whether sessions over HTTP/2 are pinged as well as their connection
 */
public record HeartbeatSettings(Duration interval, Duration timeout, boolean sessionPing) {

	/**
	 * Create settings. With the next ping the wait starts again, so that a timeout longer
	 * than the interval is shortened to it.
	 * @param interval the time between two pings, or zero for none
	 * @param timeout how long the peer may be silent after a ping
	 * @param sessionPing whether each HTTP/2 session is pinged as well
	 */
	public HeartbeatSettings {
		timeout = (!interval.isZero() && interval.compareTo(timeout) < 0) ? interval : timeout;
	}

	boolean isEnabled() {
		return !this.interval.isZero();
	}

}
