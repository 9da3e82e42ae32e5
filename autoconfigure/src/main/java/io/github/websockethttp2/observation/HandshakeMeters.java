package io.github.websockethttp2.observation;

import io.github.websockethttp2.handshake.Handshake;
import io.github.websockethttp2.handshake.HandshakeListener;
import io.github.websockethttp2.handshake.HandshakeOutcomes;
import io.github.websockethttp2.handshake.HandshakeRefusal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Counts the server's handshakes by outcome. Clients cannot influence the number of time
 * series: a path is recorded as the pattern to which it was routed, and one that was not
 * routed as unknown.
 */
public final class HandshakeMeters implements MeterBinder {

	private final HandshakeOutcomes outcomes;

	/**
	 * Create the meters.
	 * @param outcomes tells how handshakes end
	 */
	public HandshakeMeters(HandshakeOutcomes outcomes) {
		this.outcomes = outcomes;
	}

	/**
	 * Binds the meters. Handshakes that begin from now on are counted.
	 */
	@Override
	public void bindTo(MeterRegistry registry) {
		this.outcomes.addListener(new HandshakeListener() {

			@Override
			public void accepted(Handshake handshake) {
				count(registry, handshake, "accepted", WebSocketMeterNames.NONE);
			}

			@Override
			public void refused(Handshake handshake, HandshakeRefusal refusal) {
				count(registry, handshake, "refused", refusal.reason().toString());
			}

		});
	}

	private static void count(MeterRegistry registry, Handshake handshake, String outcome, String reason) {
		Counter.builder(WebSocketMeterNames.HANDSHAKES)
			.description("WebSocket handshakes that have been decided")
			.tags(PathTags.of(handshake.pathPattern(), handshake.protocol())
				.and(WebSocketMeterNames.OUTCOME, outcome, WebSocketMeterNames.REASON, reason))
			.register(registry)
			.increment();
	}

}
