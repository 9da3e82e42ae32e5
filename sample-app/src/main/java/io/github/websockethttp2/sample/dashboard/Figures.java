package io.github.websockethttp2.sample.dashboard;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.ToDoubleFunction;

import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.WebSocketTransport.Protocol;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What the server counts, over all its clients. The starter's meters, which Prometheus
 * scrapes, have it by path as well.
 *
 * @param sessions what is open over each HTTP version
 * @param messages how many messages were received and sent so far
 * @param waitingBytes how many bytes wait to be sent
 * @param refused how many handshakes were refused so far
 */
record Figures(List<SessionCount> sessions, long messages, long waitingBytes, long refused) {

	static Figures of(Collection<LiveSession> sessions, MeterRegistry meters) {
		return new Figures(
				Arrays.stream(Protocol.values()).map((protocol) -> SessionCount.of(protocol, sessions)).toList(),
				sum(meters.find("websocket.server.messages").functionCounters(), FunctionCounter::count),
				sum(meters.find("websocket.server.buffered").gauges(), Gauge::value),
				sum(meters.find("websocket.server.handshakes").tag("outcome", "refused").counters(), Counter::count));
	}

	private static <M> long sum(Collection<M> meters, ToDoubleFunction<M> value) {
		return (long) meters.stream().mapToDouble(value).sum();
	}

}
