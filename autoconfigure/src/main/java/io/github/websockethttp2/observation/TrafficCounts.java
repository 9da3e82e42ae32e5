package io.github.websockethttp2.observation;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.ServerTraffic;
import io.github.websockethttp2.session.SessionTraffic;
import io.github.websockethttp2.session.WebSocketTransport.Protocol;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/**
 * The counts of a server, in any number of registries. Thread-safe.
 */
final class TrafficCounts implements ServerTraffic {

	private static final String NO_ERROR = "NO_ERROR";

	private static final String GOAWAYS = "GOAWAY frames of HTTP/2 connections";

	private final Collection<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	private final Collection<Summaries> summaries = new CopyOnWriteArrayList<>();

	private final Map<Tags, PathTraffic> paths = new ConcurrentHashMap<>();

	private final GuardedMeters guarded = new GuardedMeters();

	private final RareEvents events = new RareEvents(this.guarded);

	private final AtomicInteger connections = new AtomicInteger();

	/**
	 * Registers what is counted, and what will be.
	 */
	void register(MeterRegistry registry) {
		this.registries.add(registry);
		this.summaries.add(Summaries.in(registry));
		this.paths.values().forEach((path) -> path.register(registry));
		this.events.register(registry);
		// That of a shutdown, before which Boot closes registries
		this.events.expect(WebSocketMeterNames.GOAWAYS, GOAWAYS, tags(Direction.SENT, NO_ERROR));
		Gauge.builder(WebSocketMeterNames.CONNECTIONS, this.connections, AtomicInteger::get)
			.description("HTTP/2 connections that are open")
			.register(registry);
	}

	@Override
	public SessionTraffic of(LiveSession session, Executor eventLoop) {
		return path(session).of(eventLoop);
	}

	private PathTraffic path(LiveSession session) {
		return this.paths.computeIfAbsent(PathTags.of(session), this::added);
	}

	private PathTraffic added(Tags tags) {
		PathTraffic path = new PathTraffic(tags, this.events);
		this.registries.forEach((registry) -> this.guarded.call(() -> path.register(registry)));
		return path;
	}

	/**
	 * The server has closed a session since it shuts down.
	 */
	void drained(LiveSession session) {
		path(session).drained();
	}

	@Override
	public void connectionOpened() {
		this.connections.incrementAndGet();
	}

	@Override
	public void connectionClosed() {
		this.connections.decrementAndGet();
	}

	@Override
	public void sessionOpened(int sessions, int streams) {
		for (Summaries summaries : this.summaries) {
			this.guarded.call(() -> {
				summaries.sessions.record(sessions);
				summaries.streams.record(streams);
			});
		}
	}

	@Override
	public void heartbeatLost() {
		this.events.heartbeatLost(Protocol.HTTP_2.toString());
	}

	@Override
	public void reset(Direction direction, String errorCode) {
		this.events.count(WebSocketMeterNames.RESETS, "HTTP/2 streams that were reset", tags(direction, errorCode));
	}

	@Override
	public void goAway(Direction direction, String errorCode) {
		this.events.count(WebSocketMeterNames.GOAWAYS, GOAWAYS, tags(direction, errorCode));
	}

	private static Tags tags(Direction direction, String errorCode) {
		return Tags.of(WebSocketMeterNames.DIRECTION, direction.toString(), WebSocketMeterNames.REASON, errorCode);
	}

	/**
	 * The summaries of a registry.
	 *
	 * @param sessions how many sessions a connection has
	 * @param streams how many streams a connection has
	 */
	private record Summaries(DistributionSummary sessions, DistributionSummary streams) {

		static Summaries in(MeterRegistry registry) {
			return new Summaries(
					DistributionSummary.builder(WebSocketMeterNames.CONNECTION_SESSIONS)
						.description("WebSocket sessions of an HTTP/2 connection when another opens on it")
						.register(registry),
					DistributionSummary.builder(WebSocketMeterNames.CONNECTION_STREAMS)
						.description("Streams of an HTTP/2 connection when a WebSocket session opens on it")
						.register(registry));
		}

	}

}
