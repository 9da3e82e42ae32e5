package io.github.websockethttp2.sample;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.session.WebSocketTransport.Protocol;

import org.springframework.stereotype.Component;

/**
 * The sockets that the dashboard has open, as the server sees them.
 */
@Component
class Probes {

	private final Set<Probe> open = ConcurrentHashMap.newKeySet();

	void add(Probe probe) {
		this.open.add(probe);
	}

	void remove(Probe probe) {
		this.open.remove(probe);
	}

	List<Probe> over(Protocol protocol) {
		return this.open.stream().filter((probe) -> probe.transport().protocol() == protocol).toList();
	}

	List<Count> count() {
		return Arrays.stream(Protocol.values()).map((protocol) -> Count.of(protocol, over(protocol))).toList();
	}

	/**
	 * What is open over one HTTP version.
	 *
	 * @param protocol the HTTP version
	 * @param sockets the number of sockets
	 * @param connections the number of distinct connections that carry them
	 */
	record Count(String protocol, int sockets, int connections) {

		static Count of(Protocol protocol, List<Probe> probes) {
			long connections = probes.stream()
				.map(Probe::transport)
				.map(WebSocketTransport::connectionId)
				.distinct()
				.count();
			return new Count(protocol.toString(), probes.size(), (int) connections);
		}

	}

}
