package io.github.websockethttp2.observation;

import java.util.concurrent.atomic.AtomicBoolean;

import io.github.websockethttp2.session.SessionRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of what the server's sessions send and receive, of what waits in them, and of
 * their HTTP/2 connections. No message touches a meter: event loops count for themselves,
 * and meters add that up when they are read. Clients cannot influence the number of time
 * series.
 *
 * @see WebSocketMeterNames
 */
public final class TrafficMeters implements MeterBinder {

	private final SessionRegistry sessions;

	private final TrafficCounts counts = new TrafficCounts();

	private final AtomicBoolean counting = new AtomicBoolean();

	/**
	 * Create the meters.
	 * @param sessions the sessions
	 */
	public TrafficMeters(SessionRegistry sessions) {
		this.sessions = sessions;
	}

	/**
	 * Binds the meters. As with Spring Boot, this should happen before the server starts:
	 * only sessions and connections that open from now on are counted.
	 */
	@Override
	public void bindTo(MeterRegistry registry) {
		this.counts.register(registry);
		if (this.counting.compareAndSet(false, true)) {
			this.sessions.setTraffic(this.counts);
			this.sessions.addListener(new DrainedSessions(this.sessions, this.counts));
		}
	}

}
