package io.github.websockethttp2.client;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The endpoints that a client has connections to, or connects to. Others are forgotten,
 * and with them what was learned of their limits: whoever chooses the URLs must not be
 * able to fill the memory. Safe for use from any thread.
 */
final class Endpoints {

	private final Connector connector;

	private final ClientSettings settings;

	private final Fallbacks fallbacks;

	private final ClientEvents events;

	private final Map<Endpoint, EndpointConnections> connections = new ConcurrentHashMap<>();

	Endpoints(Connector connector, ClientSettings settings, Fallbacks fallbacks, ClientEvents events) {
		this.connector = connector;
		this.settings = settings;
		this.fallbacks = fallbacks;
		this.events = events;
	}

	/**
	 * Returns the connections to an endpoint. They may be forgotten before the caller has
	 * asked for one.
	 */
	EndpointConnections get(Endpoint endpoint) {
		return this.connections.compute(endpoint,
				(key, known) -> (known != null && !known.pool().isForgotten()) ? known : make(endpoint));
	}

	private EndpointConnections make(Endpoint endpoint) {
		return new EndpointConnections(endpoint, this.connector, this.settings, this.fallbacks, this.events,
				(forgotten) -> this.connections.remove(endpoint, forgotten));
	}

	int size() {
		return this.connections.size();
	}

}
