package io.github.websockethttp2.observation;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.websockethttp2.client.ClientListener;
import io.github.websockethttp2.client.FallbackCause;
import io.github.websockethttp2.client.Reconnect;
import io.github.websockethttp2.session.WebSocketTransport.Protocol;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of the connections and sockets of clients. They have a tag for the endpoint, of
 * which the first {@value #MAX_ENDPOINTS} are told apart, since an application may get
 * its URLs from anywhere. Counts for all clients that it listens to. Thread-safe.
 *
 * @see WebSocketMeterNames
 */
public final class ClientMeters implements ClientListener, MeterBinder {

	static final int MAX_ENDPOINTS = 100;

	static final String OTHER = "OTHER";

	private final Collection<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	private final GuardedMeters guarded = new GuardedMeters();

	private final RareEvents events = new RareEvents(this.guarded);

	private final Set<String> endpoints = ConcurrentHashMap.newKeySet();

	/**
	 * Binds the meters, of what has happened so far as well.
	 */
	@Override
	public void bindTo(MeterRegistry registry) {
		this.registries.add(registry);
		this.events.register(registry);
	}

	@Override
	public void connectionOpened(String endpoint, Protocol protocol) {
		add(Level.CONNECTIONS, tags(endpoint, protocol), 1);
	}

	@Override
	public void connectionClosed(String endpoint, Protocol protocol) {
		add(Level.CONNECTIONS, tags(endpoint, protocol), -1);
	}

	@Override
	public void socketWaiting(String endpoint) {
		add(Level.WAITING, tags(endpoint), 1);
	}

	@Override
	public void socketWaited(String endpoint, Duration time) {
		Tags tags = tags(endpoint);
		add(Level.WAITING, tags, -1);
		for (MeterRegistry registry : this.registries) {
			this.guarded.call(() -> Timer.builder(WebSocketMeterNames.CLIENT_WAITED)
				.description("How long sockets of WebSocket clients waited for a stream")
				.tags(tags)
				.register(registry)
				.record(time));
		}
	}

	@Override
	public void socketOpened(String endpoint, Protocol protocol) {
		add(Level.SOCKETS, tags(endpoint, protocol), 1);
	}

	@Override
	public void socketEnded(String endpoint, Protocol protocol) {
		add(Level.SOCKETS, tags(endpoint, protocol), -1);
	}

	private void add(Level level, Tags tags, int change) {
		this.events.present(level.name, level.description, tags).add(change);
	}

	@Override
	public void fellBack(String endpoint, FallbackCause cause) {
		this.events.count(WebSocketMeterNames.CLIENT_FALLBACKS,
				"How often a server was found to need WebSockets over HTTP/1.1",
				tags(endpoint).and(WebSocketMeterNames.CAUSE, cause.name()));
	}

	@Override
	public void retriedElsewhere(String endpoint) {
		this.events.count(WebSocketMeterNames.CLIENT_RETRIES,
				"Handshakes of WebSocket clients that were repeated on another connection", tags(endpoint));
	}

	@Override
	public void reconnecting(String endpoint, Reconnect reconnect) {
		this.events.count(WebSocketMeterNames.CLIENT_RECONNECTS, "Sockets of WebSocket clients that are opened again",
				tags(endpoint).and(WebSocketMeterNames.CAUSE, reconnect.reason()));
	}

	private Tags tags(String endpoint, Protocol protocol) {
		return tags(endpoint).and(WebSocketMeterNames.PROTOCOL, protocol.toString());
	}

	private Tags tags(String endpoint) {
		return Tags.of(WebSocketMeterNames.ENDPOINT, (isKnown(endpoint)) ? endpoint : OTHER);
	}

	/**
	 * The same for an endpoint at any time, as what was opened must not be closed
	 * elsewhere.
	 */
	private boolean isKnown(String endpoint) {
		if (this.endpoints.contains(endpoint)) {
			return true;
		}
		synchronized (this.endpoints) {
			return this.endpoints.size() < MAX_ENDPOINTS && this.endpoints.add(endpoint);
		}
	}

	/**
	 * What comes and goes.
	 */
	private enum Level {

		CONNECTIONS(WebSocketMeterNames.CLIENT_CONNECTIONS, "Connections of WebSocket clients that are open"),

		SOCKETS(WebSocketMeterNames.CLIENT_SOCKETS, "Sockets of WebSocket clients that are open"),

		WAITING(WebSocketMeterNames.CLIENT_WAITING, "Sockets of WebSocket clients that wait for a stream");

		private final String name;

		private final String description;

		Level(String name, String description) {
			this.name = name;
			this.description = description;
		}

	}

}
