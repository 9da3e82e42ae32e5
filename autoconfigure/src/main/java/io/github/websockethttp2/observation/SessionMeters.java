package io.github.websockethttp2.observation;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.websockethttp2.session.CloseCodes;
import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.SessionListener;
import io.github.websockethttp2.session.SessionRegistry;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of the server's sessions. They are updated when a session opens or ends, so that
 * messages cost nothing. Clients cannot influence the number of time series: a path is
 * recorded as the pattern to which its handler is mapped, and the close codes that
 * clients may choose freely are recorded as one.
 *
 * @see WebSocketMeterNames
 */
public final class SessionMeters implements MeterBinder {

	private final SessionRegistry sessions;

	private final GuardedMeters guarded = new GuardedMeters();

	/**
	 * Create the meters.
	 * @param sessions the sessions
	 */
	public SessionMeters(SessionRegistry sessions) {
		this.sessions = sessions;
	}

	/**
	 * Binds the meters. As with Spring Boot, this should happen before the server starts:
	 * only sessions that open or end from now on are counted.
	 */
	@Override
	public void bindTo(MeterRegistry registry) {
		Map<Tags, AtomicInteger> active = new ConcurrentHashMap<>();
		this.sessions.addListener(new SessionListener() {

			@Override
			public void opened(LiveSession session) {
				count(PathTags.of(session)).incrementAndGet();
			}

			@Override
			public void ended(LiveSession session) {
				Tags tags = PathTags.of(session);
				count(tags).decrementAndGet();
				record(registry, tags, session);
			}

			private AtomicInteger count(Tags tags) {
				return active.computeIfAbsent(tags, (added) -> gauge(registry, added));
			}

		});
	}

	private AtomicInteger gauge(MeterRegistry registry, Tags tags) {
		AtomicInteger count = new AtomicInteger();
		this.guarded.call(() -> Gauge.builder(WebSocketMeterNames.ACTIVE, count, AtomicInteger::get)
			.description("WebSocket sessions that are open")
			.tags(tags)
			.register(registry));
		return count;
	}

	private void record(MeterRegistry registry, Tags tags, LiveSession session) {
		Duration open = Duration.between(session.getOpenedAt(), Instant.now());
		session.closeStatus()
			.subscribe((status) -> this.guarded.call(() -> Timer.builder(WebSocketMeterNames.ENDED)
				.description("WebSocket sessions that have ended, and how long they were open")
				.tags(tags.and(WebSocketMeterNames.STATUS, CloseCodes.label(status.getCode())))
				.register(registry)
				.record(open)));
	}

}
