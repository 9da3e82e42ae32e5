package io.github.websockethttp2.autoconfigure;

import java.time.Duration;

import io.github.websockethttp2.transport.HeartbeatSettings;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells that a heartbeat's timeout ends with the next ping.
 */
final class HeartbeatTimeout {

	private static final Log logger = LogFactory.getLog(HeartbeatTimeout.class);

	private HeartbeatTimeout() {
	}

	static void warnIfCut(String prefix, Duration interval, Duration timeout) {
		Duration cut = new HeartbeatSettings(interval, timeout, false).timeout();
		if (cut != timeout) {
			logger.warn(prefix + ".heartbeat.timeout is " + HumanUnits.of(timeout) + " and longer than " + prefix
					+ ".heartbeat.interval: a peer has " + HumanUnits.of(cut) + ", until the next ping");
		}
	}

}
