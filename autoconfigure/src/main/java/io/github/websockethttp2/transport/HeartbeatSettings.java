package io.github.websockethttp2.transport;

import java.time.Duration;

/**
 * How often peers are pinged.
 *
 * @param interval time between two pings; zero for none
 * @param timeout time after a ping in which something must be heard from the peer
 * @param sessionPing whether sessions over HTTP/2 are pinged as well as their connection
 */
public record HeartbeatSettings(Duration interval, Duration timeout, boolean sessionPing) {

	boolean isEnabled() {
		return !this.interval.isZero();
	}

}
