package io.github.websockethttp2.server.foreign;

import java.time.Duration;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Mono;

import org.springframework.context.SmartLifecycle;

/**
 * Closes all WebSockets that are not our sessions with status 1001, at once, before Boot
 * stops the server.
 */
public final class ForeignUpgradeDraining implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(ForeignUpgradeDraining.class);

	/** Before Boot's graceful shutdown, whose phase is 1024 below the default. */
	private static final int PHASE = DEFAULT_PHASE - 512;

	/**
	 * Time for Close frames to reach the network. If the peer reads, they do so at once.
	 */
	private static final Duration WRITE_TIMEOUT = Duration.ofMillis(500);

	private final ForeignUpgrades upgrades;

	private volatile boolean running;

	/**
	 * Create the draining.
	 * @param upgrades the WebSockets to close
	 */
	public ForeignUpgradeDraining(ForeignUpgrades upgrades) {
		this.upgrades = upgrades;
	}

	@Override
	public void start() {
		this.upgrades.start();
		this.running = true;
	}

	@Override
	public void stop() {
		stop(() -> {
		});
	}

	@Override
	public void stop(Runnable callback) {
		this.running = false;
		int count = this.upgrades.getCount();
		if (count > 0) {
			logger.info("Closing " + count + " WebSockets that are not the starter's with status 1001");
		}
		this.upgrades.goAway().timeout(WRITE_TIMEOUT, Mono.empty()).subscribe(null, null, callback);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
